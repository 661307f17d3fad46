import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { PhoneField } from "@web/views/fields/phone/phone_field";

/**
 * Every telephone number is dialed by a click for who is an agent; who has no telephone is told so.
 * For others the link stays what it was (CC-6).
 */
patch(PhoneField.prototype, {
    setup() {
        super.setup();
        if (session.call_agent) {
            this.callBar = useService("call_bar");
        }
    },

    /** Who is meant, where several contacts have the number. */
    get dialPartnerId() {
        const { resModel, resId, data } = this.props.record;
        return resModel === "res.partner" ? resId : data.partner_id?.id || false;
    },

    async onClickNumber(ev) {
        if (!this.callBar) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        await this.callBar.dial(this.props.record.data[this.props.name], this.dialPartnerId);
    },
});
