import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Minutes and seconds, e.g. 1:05. */
export function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * Plays a recording with its waveform, silent stretches, holds, transfers and remarks (CC-5).
 * The link to the sound is asked for when somebody presses play: looking at a form is not
 * listening.
 */
export class CallPlayer extends Component {
    static template = "crm_callcenter.CallPlayer";
    static props = { ...standardWidgetProps, recordingField: { type: String, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.audio = useRef("audio");
        this.state = useState({ sound: null, at: 0, playing: false, asking: false });
        onWillStart(() => this.forget());
        onWillUpdateProps((next) => {
            if (this.recordingOf(next) !== this.asked) {
                this.forget();
            }
        });
    }

    recordingOf(props) {
        const field = props.recordingField;
        return field ? props.record.data[field]?.id : props.record.resId;
    }

    forget() {
        this.asked = null;
        Object.assign(this.state, { sound: null, at: 0, playing: false });
    }

    get labels() {
        return {
            hold: _t("Hold"),
            resume: _t("Back from hold"),
            transfer: _t("Transfer"),
            praise: _t("Well done"),
            improve: _t("To improve"),
            note: _t("Note"),
        };
    }

    get points() {
        const { marks, remarks } = this.state.sound;
        const place = (second) => this.percent(second);
        return [...marks, ...remarks].map((point, key) => ({
            key,
            second: point.second,
            kind: point.kind,
            left: place(point.second),
            title: `${clock(point.second)} ${this.labels[point.kind]}${point.text ? ": " + point.text : ""}`,
        }));
    }

    get gaps() {
        return this.state.sound.gaps.map(([first, last], key) => ({
            key,
            left: this.percent(first),
            width: this.percent(last - first),
            title: _t("Not recorded, %(from)s to %(to)s", { from: clock(first), to: clock(last) }),
        }));
    }

    percent(second) {
        const whole = this.state.sound.seconds;
        return whole ? Math.min(100, (100 * second) / whole) : 0;
    }

    clock(seconds) {
        return clock(seconds);
    }

    /** Ask for a link: each is for one person and some minutes, and is noted. */
    async load() {
        const id = this.recordingOf(this.props);
        this.asked = id;
        this.state.asking = true;
        try {
            this.state.sound = await this.orm.call("crm.call.recording", "get_playback", [[id]]);
        } finally {
            this.state.asking = false;
        }
    }

    async toggle() {
        if (!this.state.sound) {
            await this.load();
            return;
        }
        const audio = this.audio.el;
        if (audio.paused) {
            await audio.play();
        } else {
            audio.pause();
        }
    }

    seek(second) {
        this.audio.el.currentTime = second;
        this.state.at = second;
    }

    onSlide(ev) {
        this.seek(Number(ev.target.value));
    }

    onTime() {
        this.state.at = this.audio.el.currentTime;
    }

    onState() {
        this.state.playing = !this.audio.el.paused;
    }

    /** The link is over: the next press asks for another. */
    onFail() {
        if (this.state.sound) {
            this.forget();
            this.notification.add(_t("The sound could not be loaded; press play once more."), {
                type: "warning",
            });
        }
    }
}

export const callPlayer = {
    component: CallPlayer,
    extractProps: ({ options }) => ({ recordingField: options.recording }),
    fieldDependencies: [],
};
registry.category("view_widgets").add("crm_call_player", callPlayer);
