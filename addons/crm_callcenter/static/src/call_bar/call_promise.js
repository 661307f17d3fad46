import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { proposedTime } from "./call_bar_service";

const { DateTime } = luxon;

/** The caller asks to be called back: when, by whom, and what about (CC-1, CC-6). */
export class CallPromise extends Component {
    static template = "crm_callcenter.CallPromise";
    static props = {};

    setup() {
        this.model = useState(useService("call_bar"));
        this.orm = useService("orm");
        this.state = useState({ ...this.proposal(), queues: [], isSaving: false });
        // inputs of a time have no selection: Odoo's hook would fail here
        const time = useRef("time");
        onMounted(() => time.el.focus());
        onWillStart(async () => {
            const args = [this.model.popup.id];
            this.state.queues = await this.orm.call("crm.call", "get_callback_queues", args);
            this.state.queueId ||= this.state.queues[0]?.id || false;
        });
    }

    /** What was promised already, or in an hour, by the agent himself. */
    proposal() {
        const { callback } = this.model.popup;
        if (!callback) {
            return { at: proposedTime(), mine: true, queueId: false, note: "" };
        }
        const at = DateTime.fromISO(callback.at, { zone: "utc" }).toLocal();
        return {
            at: at.toFormat("yyyy-MM-dd'T'HH:mm"),
            mine: callback.mine,
            queueId: callback.queue_id,
            note: callback.note,
        };
    }

    pickQueue(ev) {
        this.state.queueId = parseInt(ev.target.value);
    }

    close() {
        this.model.isPromising = false;
    }

    async save() {
        const { at, mine, queueId, note } = this.state;
        this.state.isSaving = true;
        try {
            await this.model.askCallback({ at, mine, queueId, note });
        } finally {
            this.state.isSaving = false;
        }
    }
}
