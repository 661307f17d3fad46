import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

export const SERVICE_MODEL = "crm.service.request";

/** In requests it is plain at every moment who reads what is being written (SVC-L1). */
patch(Chatter.prototype, {
    get isServiceRequest() {
        return this.props.threadModel === SERVICE_MODEL;
    },
});
