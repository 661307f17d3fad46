import { registerComposerAction } from "@mail/core/common/composer_actions";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { Component, markup, onWillStart, useState } from "@odoo/owl";

import { SERVICE_MODEL } from "./audience";

const PAUSE = 200;

/** Canned answers for a request, with a preview in the customer's language (SVC-L1). */
export class ServiceAnswers extends Component {
    static template = "crm_service_levels.ServiceAnswers";
    static components = { Dialog };
    static props = { close: Function, requestId: Number, onChosen: Function };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.previews = {};
        this.state = useState({ term: "", answers: [], active: 0, preview: null });
        this.search = useDebounced(() => this.load(), PAUSE);
        useAutofocus({ refName: "term" });
        onWillStart(() => this.load());
    }

    call(method, ...args) {
        return this.orm.silent.call(SERVICE_MODEL, method, [[this.props.requestId], ...args]);
    }

    async load() {
        this.state.answers = await this.keepLast.add(
            this.call("get_service_answers", this.state.term)
        );
        await this.look(0);
    }

    get active() {
        return this.state.answers[this.state.active];
    }

    get previewHtml() {
        // markup: the server renders the template and cleans it as it does for mails
        return markup(this.state.preview.html);
    }

    async look(index) {
        this.state.active = index;
        const answer = this.active;
        this.state.preview = null;
        if (!answer) {
            return;
        }
        this.previews[answer.id] ||= this.call("render_service_answer", answer.id);
        const preview = await this.previews[answer.id];
        if (this.active?.id === answer.id) {
            this.state.preview = preview;
        }
    }

    async onKeydown(ev) {
        const moves = { ArrowDown: 1, ArrowUp: -1 };
        const count = this.state.answers.length;
        if (ev.key in moves && count) {
            ev.preventDefault();
            await this.look((this.state.active + moves[ev.key] + count) % count);
        } else if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            await this.insert();
        }
    }

    async insert() {
        const answer = this.active;
        if (answer) {
            this.props.onChosen(await this.previews[answer.id]);
            this.props.close();
        }
    }
}

/** Put a rendered answer where the cursor is, whichever editor the composer has. */
export function insertAnswer(owner, composer, answer) {
    if (owner.editor) {
        const template = document.createElement("template");
        template.innerHTML = answer.html;
        owner.editor.shared.dom.insert(template.content);
        owner.editor.shared.history.addStep();
    } else {
        composer.insertText(answer.text, composer.selection.start || composer.composerText.length);
    }
    composer.autofocus++;
}

registerComposerAction("service-answer", {
    condition: ({ composer }) =>
        composer.targetThread?.model === SERVICE_MODEL &&
        Boolean(composer.targetThread.id) &&
        !composer.message,
    icon: "fa fa-files-o",
    name: _t("Insert a canned answer"),
    hotkey: "shift+i",
    onSelected: ({ composer, owner, store }) =>
        store.env.services.dialog.add(ServiceAnswers, {
            requestId: composer.targetThread.id,
            onChosen: (answer) => insertAnswer(owner, composer, answer),
        }),
    sequenceQuick: 5,
});
