import { Component, onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const AGENT = "crm_callcenter.group_call_agent";

/**
 * As long as a component with a payment field is open, the recording of the user's own call is
 * paused, so that no card data are in it (CC-5). What was silent is marked in the recording.
 */
export function usePausedRecording() {
    const orm = useService("orm");
    const ask = async (paused) => {
        if (await user.hasGroup(AGENT)) {
            await orm.silent.call("crm.call.recording", "pause_mine", [paused]);
        }
    };
    let paused;
    onMounted(() => {
        paused = ask(true);
    });
    onWillUnmount(() => {
        paused.then(() => ask(false));
    });
}

/** `<widget name="crm_call_pause_recording"/>` in any form in which card data are entered. */
export class PauseRecording extends Component {
    static template = "crm_callcenter.PauseRecording";
    static props = { ...standardWidgetProps };

    setup() {
        usePausedRecording();
    }
}

registry.category("view_widgets").add("crm_call_pause_recording", { component: PauseRecording });
