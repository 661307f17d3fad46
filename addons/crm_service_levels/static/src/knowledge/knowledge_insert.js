import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

import { EventBus, onMounted, onWillUnmount } from "@odoo/owl";

import { SERVICE_MODEL } from "../composer/audience";

/** Cards beside a request tell here what belongs into the answer: `{ requestId, text }`. */
export const answerBus = new EventBus();

patch(Chatter.prototype, {
    setup() {
        super.setup(...arguments);
        const onInsert = ({ detail }) => this.insertIntoAnswer(detail);
        onMounted(() => answerBus.addEventListener("insert", onInsert));
        onWillUnmount(() => answerBus.removeEventListener("insert", onInsert));
    },

    /** Open the answer to the customer and put the text where the cursor is. */
    insertIntoAnswer({ requestId, text }) {
        if (this.props.threadModel !== SERVICE_MODEL || this.props.threadId !== requestId) {
            return;
        }
        if (this.state.composerType !== "message") {
            this.toggleComposer("message", { force: true });
        }
        const { composer } = this.state.thread;
        const place = composer.selection.start || composer.composerText.length;
        const glue = place && composer.composerText ? "\n" : "";
        composer.insertText(glue + text, place);
        composer.autofocus++;
    },
});
