import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, onWillUpdateProps, useExternalListener, useState } from "@odoo/owl";

import { answerBus } from "./knowledge_insert";

const MODEL = "crm.service.request";
const PAUSE = 350;

/** Articles that fit the subject while it is typed, and what may be done with them (SVC-L1). */
export class KnowledgeCard extends Component {
    static template = "crm_service_levels.KnowledgeCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({ hits: null, term: "", searched: false, done: {}, error: "" });
        this.asked = "";
        this.suggestSoon = useDebounced((subject) => this.suggest(subject), PAUSE);
        useExternalListener(document, "input", (ev) => this.onInput(ev));
        onWillStart(() => this.follow(this.props.record));
        onWillUpdateProps((props) => this.follow(props.record));
    }

    get requestId() {
        return this.props.record.resId;
    }

    get linked() {
        return this.props.record.data.article_ids?.currentIds || [];
    }

    about(record = this.props.record) {
        const { product_id, type_id, partner_id } = record.data;
        return {
            product_id: product_id?.id || false,
            type_id: type_id?.id || false,
            partner_id: partner_id?.id || false,
        };
    }

    /** The subject is watched while it is typed, before the form knows of it. */
    onInput(ev) {
        if (ev.target.closest?.(".o_service_request_form .o_field_widget[name='name']")) {
            this.suggestSoon(ev.target.value);
        }
    }

    /** Load without holding up the form; nothing is asked twice. */
    follow(record) {
        this.suggest(record.data.name || "", record);
    }

    async suggest(subject, record = this.props.record) {
        const about = this.about(record);
        const asked = JSON.stringify([record.resId, subject.trim(), about]);
        if (asked === this.asked || this.state.searched) {
            return;
        }
        this.asked = asked;
        await this.show(this.orm.silent.call(MODEL, "suggest_articles", [subject], about));
    }

    async show(promise) {
        try {
            this.state.hits = await this.keepLast.add(promise);
            this.state.error = "";
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    async search(ev) {
        ev.preventDefault();
        this.state.searched = Boolean(this.state.term.trim());
        if (this.state.searched) {
            await this.show(
                this.orm.call(MODEL, "search_articles", [this.state.term], this.about())
            );
        } else {
            this.asked = "";
            await this.suggest(this.props.record.data.name || "");
        }
    }

    /** Note a use with the place among the suggestions; 0 means that it was looked for. */
    async use(hit, kind) {
        if (!this.requestId) {
            return;
        }
        const position = this.state.searched ? 0 : this.state.hits.indexOf(hit) + 1;
        await this.orm.call(MODEL, "use_article", [[this.requestId], hit.id, kind, position]);
        this.state.done[`${hit.id}-${kind}`] = true;
    }

    async open(hit) {
        await this.use(hit, "viewed");
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.service.article",
            res_id: hit.id,
            views: [[false, "form"]],
            target: "new",
            context: { form_view_initial_mode: "readonly" },
        });
    }

    async insertText(hit) {
        const article = await this.orm.call(MODEL, "article_text", [[this.requestId], hit.id]);
        answerBus.trigger("insert", { requestId: this.requestId, text: article.text });
        await this.use(hit, "inserted");
    }

    async insertLink(hit) {
        const article = await this.orm.call(MODEL, "article_text", [[this.requestId], hit.id]);
        const text = `${article.name}: ${article.url}`;
        answerBus.trigger("insert", { requestId: this.requestId, text });
        await this.use(hit, "link_sent");
    }

    async link(hit) {
        await this.use(hit, "linked");
        this.notification.add(_t("The article is linked to this request."), { type: "success" });
    }

    async helped(hit) {
        await this.use(hit, "helped");
        this.notification.add(_t("Counted: colleagues see what helped."), { type: "success" });
    }

    isDone(hit, kind) {
        return Boolean(this.state.done[`${hit.id}-${kind}`]);
    }

    isLinked(hit) {
        return this.linked.includes(hit.id) || this.isDone(hit, "linked");
    }
}

registry.category("view_widgets").add("service_knowledge_card", {
    component: KnowledgeCard,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "product_id", type: "many2one" },
        { name: "type_id", type: "many2one" },
        { name: "partner_id", type: "many2one" },
        { name: "article_ids", type: "many2many" },
    ],
});
