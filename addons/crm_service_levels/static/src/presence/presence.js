import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import {
    Component,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    useExternalListener,
    useState,
} from "@odoo/owl";

const EVENT = "crm_service_levels/presence";
/** Every so often an open request says that it is open. */
export const BEAT = 20000;
/** At most every so often it says that something is being written. */
export const WRITING_PAUSE = 10000;
/** A colleague of whom nothing was heard for so long is gone. */
export const EXPIRY = 45000;
/** Somebody who wrote within this time is writing. */
export const WRITING_FOR = 15000;

/** Warns when colleagues have the same request open or are writing in it (SVC-L1). */
export class ServicePresence extends Component {
    static template = "crm_service_levels.ServicePresence";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({ others: {}, now: Date.now() });
        this.onPresence = this.onPresence.bind(this);
        this.requestId = false;
        this.lastWriting = 0;
        onMounted(() => this.begin(this.props.record.resId));
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.requestId) {
                this.end();
                this.begin(record.resId);
            }
        });
        onWillUnmount(() => this.end());
        useExternalListener(document, "input", (ev) => this.onInput(ev), { capture: true });
        useExternalListener(window, "pagehide", () => this.end());
        useBus(this.bus, "BUS:RECONNECT", () => this.tell("hello"));
    }

    get channel() {
        return `crm_service_request_presence_${this.requestId}`;
    }

    begin(requestId) {
        this.requestId = requestId || false;
        if (!this.requestId) {
            return;
        }
        this.bus.addChannel(this.channel);
        this.bus.subscribe(EVENT, this.onPresence);
        this.tell("hello");
        this.timer = browser.setInterval(() => this.beat(), BEAT / 4);
        this.beats = 0;
    }

    end() {
        if (!this.requestId) {
            return;
        }
        browser.clearInterval(this.timer);
        this.bus.unsubscribe(EVENT, this.onPresence);
        this.bus.deleteChannel(this.channel);
        this.tell("leave");
        this.requestId = false;
        this.state.others = {};
    }

    /** Forget who is gone; every fourth time say that we are still here, if somebody looks. */
    beat() {
        this.state.now = Date.now();
        for (const [id, other] of Object.entries(this.state.others)) {
            if (this.state.now - other.seen > EXPIRY) {
                delete this.state.others[id];
            }
        }
        this.beats += 1;
        if (this.beats % 4 === 0 && !document.hidden) {
            this.tell("open");
        }
    }

    async tell(doing) {
        if (this.requestId) {
            try {
                await this.orm.silent.call("crm.service.request", "notify_presence", [
                    [this.requestId],
                    doing,
                ]);
            } catch {
                // being seen is a courtesy: work goes on without it
            }
        }
    }

    onInput(ev) {
        const now = Date.now();
        if (
            now - this.lastWriting >= WRITING_PAUSE &&
            ev.target.closest?.(".o_service_request_form")
        ) {
            this.lastWriting = now;
            this.tell("writing");
        }
    }

    onPresence({ request_id, user_id, name, doing }) {
        if (request_id !== this.requestId || user_id === user.userId) {
            return;
        }
        const now = Date.now();
        this.state.now = now;
        if (doing === "leave") {
            delete this.state.others[user_id];
            return;
        }
        const before = this.state.others[user_id];
        const wrote = doing === "writing" ? now : before?.wrote || 0;
        this.state.others[user_id] = { id: user_id, name, seen: now, wrote };
        if (doing === "hello") {
            this.tell("open");
        }
    }

    get others() {
        return Object.values(this.state.others);
    }

    get writing() {
        return this.others.filter((other) => this.state.now - other.wrote < WRITING_FOR);
    }

    names(people) {
        return people.map(({ name }) => name).join(", ");
    }

    get message() {
        if (this.writing.length) {
            return _t("%s is writing in this request right now.", this.names(this.writing));
        }
        return _t("%s also has this request open.", this.names(this.others));
    }
}

registry.category("view_widgets").add("service_presence", { component: ServicePresence });
