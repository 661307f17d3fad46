import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { Interaction } from "@web/public/interaction";

/** Form of a new request: articles that may answer it at once (SVC-T); it works without, too. */
export class NewServiceRequest extends Interaction {
    static selector = ".o_service_form form:has(.o_service_suggest)";
    dynamicContent = {
        "#service_name": { "t-on-change": this.onSubject },
    };

    async onSubject(ev) {
        const type = this.el.querySelector("#service_type");
        const params = { subject: ev.target.value, type_id: type ? type.value : "" };
        let found = [];
        try {
            found = await this.waitFor(rpc("/my/requests/suggest", params, { silent: true }));
        } catch {
            found = [];
        }
        this.show(found);
    }

    show(found) {
        const place = this.el.querySelector(".o_service_suggest");
        place.replaceChildren();
        if (!found.length) {
            return;
        }
        const title = document.createElement("div");
        title.className = "small text-muted";
        title.textContent = _t("This may help you at once:");
        place.append(title, ...found.map((article) => this.link(article)));
    }

    link({ title, url }) {
        const link = document.createElement("a");
        link.href = url;
        link.target = "_blank";
        link.rel = "noopener";
        link.className = "d-block py-1";
        link.textContent = title;
        return link;
    }
}

registry.category("public.interactions").add("crm_service_levels.new_request", NewServiceRequest);
