import { browser } from "@web/core/browser/browser";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { Interaction } from "@web/public/interaction";

/** A visible page that nobody touches saves the tapped answer after so long (ms). */
const TAP_PAUSE = 2000;
/** A desk that is left alone sends what was tapped, and begins again (ms). */
const DESK_PAUSE = 45000;
/** Thanks on a desk are shown so long (ms). */
const THANKS_PAUSE = 6000;

/** Page with questions: what is tapped is saved at once (SVC-F). */
export class FeedbackPage extends Interaction {
    static selector = ".o_feedback:not(.o_feedback_closed)";
    dynamicContent = {
        "input[type=radio]": { "t-on-change": this.onTap },
        textarea: { "t-on-change": this.onTap },
        _root: {
            "t-on-pointerdown": this.onPresence,
            "t-on-keydown": this.onPresence,
        },
    };

    start() {
        const { save, desk, tapped } = this.el.dataset;
        this.saveUrl = save;
        this.isDesk = Boolean(desk);
        this.tapped = tapped;
        if (this.tapped && !browser.navigator.webdriver) {
            this.waitForTimeout(() => this.onTimer(), TAP_PAUSE);
        }
    }

    /** A person is there: what he tapped in the mail is his answer. */
    onPresence() {
        this.saveTapped();
        if (this.isDesk) {
            browser.clearTimeout(this.idle);
            this.idle = this.waitForTimeout(() => this.leave(), DESK_PAUSE);
        }
    }

    onTimer() {
        if (document.visibilityState === "visible") {
            this.saveTapped();
        }
    }

    saveTapped() {
        const input = this.tapped && this.el.querySelector(`input[name=q${this.tapped}]:checked`);
        this.tapped = "";
        if (input) {
            this.save(input);
        }
    }

    onTap(ev) {
        if (this.saveUrl) {
            this.save(ev.target);
        }
    }

    async save(input) {
        let saved = false;
        try {
            ({ saved } = await this.waitFor(
                rpc(this.saveUrl, { given: { [input.name]: input.value } }, { silent: true })
            ));
        } catch {
            saved = false;
        }
        this.el.querySelector(".o_feedback_state").textContent = saved
            ? _t("Saved.")
            : _t("Not saved. Please press “Send”.");
    }

    leave() {
        const form = this.el.querySelector("form");
        if (form.querySelector("input:checked")) {
            form.submit();
        } else {
            form.reset();
        }
    }
}

/** Thanks on a desk: ready for the next visitor by itself. */
export class FeedbackThanks extends Interaction {
    static selector = ".o_feedback_closed";

    start() {
        const { back } = this.el.dataset;
        if (back) {
            this.waitForTimeout(() => browser.location.assign(back), THANKS_PAUSE);
        }
    }
}

registry.category("public.interactions").add("crm_service_levels.feedback", FeedbackPage);
registry.category("public.interactions").add("crm_service_levels.feedback_thanks", FeedbackThanks);
