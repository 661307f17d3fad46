import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Plays what a caller has said; it is loaded when somebody presses play (CC-7). */
export class CallVoice extends Component {
    static template = "crm_callcenter.CallVoice";
    static props = { ...standardWidgetProps };

    get url() {
        const { resModel, resId } = this.props.record;
        const type = "mimetype=audio/wav&filename=message.wav";
        return resId ? `/web/content/${resModel}/${resId}/sound?${type}` : "";
    }
}

registry.category("view_widgets").add("crm_call_voice", { component: CallVoice });
