from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools import merging
from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)


class CrmServiceLinkMixin(models.AbstractModel):
    """Requests that belong together: linked, merged, split, followed up (SVC-L1)."""

    _name = "crm.service.link.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Links of a service request"

    link_ids = fields.One2many("crm.service.request.link", "request_id", "Links to", copy=False)
    linked_from_ids = fields.One2many(
        "crm.service.request.link", "other_id", "Links from", copy=False
    )
    link_list = fields.Json("Linked requests", compute="_compute_link_list")
    duplicates_open = fields.Integer("Duplicates still open", compute="_compute_duplicates_open")
    merged_into_id = fields.Many2one(
        "crm.service.request",
        "Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What belonged to this request was moved to that one.",
    )
    merged_from_ids = fields.One2many(
        "crm.service.request", "merged_into_id", "Merged requests", readonly=True, copy=False
    )
    merged_numbers = fields.Char("Also known as", compute="_compute_merged_numbers")

    @api.depends("link_ids.kind", "linked_from_ids.kind")
    @api.depends_context("uid", "lang")
    def _compute_link_list(self):
        links = self._all_links()
        # only those that the user may read are shown
        seen = set((links.request_id | links.other_id)._filtered_access("read").ids)
        words = self._link_words()
        for request in self:
            own = links.filtered(lambda link, r=request: r in (link.request_id, link.other_id))
            request.link_list = [
                request._link_row(link, words)
                for link in own
                if (link.other_id if link.request_id == request else link.request_id).id in seen
            ]

    def _all_links(self):
        """Links from and to these requests; the ids alone are no secret, texts are filtered."""
        # sudo: a link is visible to whoever may read both its ends, which the caller checks
        links = self.env["crm.service.request.link"].sudo()
        ids = self.ids
        found = links.search(Domain("request_id", "in", ids) | Domain("other_id", "in", ids))
        return found.sudo(False)

    @api.model
    def _link_words(self):
        """``{(kind, seen from the request itself): words}``."""
        return {
            ("parent", True): self.env._("Part"),
            ("parent", False): self.env._("Parent"),
            ("duplicate", True): self.env._("Original"),
            ("duplicate", False): self.env._("Duplicate"),
            ("related", True): self.env._("Related"),
            ("related", False): self.env._("Related"),
        }

    def _link_row(self, link, words):
        known = link.sudo()  # sudo: as _all_links
        mine = known.request_id == self
        other = (known.other_id if mine else known.request_id).sudo(False)
        return {
            "link_id": link.id,
            "kind": known.kind,
            "label": words[known.kind, mine],
            "id": other.id,
            "name": other.display_name,
            "stage": other.stage_id.name or "",
            "closed": other.is_closed,
        }

    @api.depends("linked_from_ids.kind", "linked_from_ids.request_id.is_closed")
    def _compute_duplicates_open(self):
        rows = self.env["crm.service.request.link"]._read_group(
            [
                ("other_id", "in", self.ids),
                ("kind", "=", "duplicate"),
                ("request_id.is_closed", "=", False),
            ],
            ["other_id"],
            ["__count"],
        )
        counts = {request.id: count for request, count in rows}
        for request in self:
            request.duplicates_open = counts.get(request.id, 0)

    @api.depends("merged_from_ids.number")
    def _compute_merged_numbers(self):
        for request in self:
            request.merged_numbers = ", ".join(request.merged_from_ids.mapped("number")) or False

    # Actions

    def action_close_duplicates(self):
        """Solve the open duplicates of these requests, with the result "duplicate"."""
        links = self.env["crm.service.request.link"].search(
            [
                ("other_id", "in", self.ids),
                ("kind", "=", "duplicate"),
                ("request_id.is_closed", "=", False),
            ]
        )
        duplicates = links.request_id
        result = self.env.ref("crm_service_levels.result_duplicate", raise_if_not_found=False)
        if result:
            duplicates.result_id = result
        duplicates.action_solve()

    def action_link(self):
        self.ensure_one()
        return {
            **self._dialog(self.env._("Link to another request"), "crm.service.request.link"),
            "context": {"default_request_id": self.id},
        }

    def action_unlink_link(self, link_id):
        """Take the link *link_id* of this request away."""
        self.ensure_one()
        links = self.link_ids | self.linked_from_ids
        links.filtered(lambda link: link.id == link_id).unlink()
        self.invalidate_recordset(["link_list"])

    def action_merge(self):
        return {
            **self._dialog(self.env._("Merge requests"), "crm.service.request.merge"),
            "context": {"default_request_ids": [Command.set(self.ids)]},
        }

    def action_split(self):
        self.ensure_one()
        return {
            **self._dialog(self.env._("Split into a new request"), "crm.service.request.split"),
            "context": {"default_request_id": self.id, **self._split_context()},
        }

    @api.model
    def _split_context(self):
        message = self.env.context.get("service_message_id")
        return {"default_source_message_ids": [Command.set([message])]} if message else {}

    def action_follow_up(self):
        """A new request of the same customer about the same matter, linked to this one."""
        self.ensure_one()
        name = self.env._("Follow-up: %s", self.name)
        follow_up = self.create({**self._continued_values(), "name": name, "proactive": True})
        self.env["crm.service.request.link"].create(
            {"request_id": self.id, "kind": "parent", "other_id": follow_up.id}
        )
        return follow_up._open_form()

    def _continued_values(self):
        """What a request that comes out of this one starts with."""
        names = ("partner_id", "type_id", "company_id", "team_id", "user_id")
        names += (*self._reference_names(), "channel_id", "email_from", "phone")
        values = {name: self[name] for name in names}
        return {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in values.items()
        }

    @api.model
    def _reference_names(self):
        """Fields of what a request refers to; addons add theirs to ``super()``."""
        return ("product_id", "sale_order_id", "invoice_id")

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @api.model
    def _dialog(self, name, model):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
        }

    # Merging

    def _merge_into(self, target, different_customers=False):
        """Move what belongs to these requests to *target* and close them; set-based.

        Both numbers stay: these requests remain readable and say what they were merged into.

        :param different_customers: whether requests of another customer may be among them; their
            followers from outside are then left behind, so that nobody reads what is not his
        :raise UserError: when nothing is left to merge, or companies or customers differ
        """
        sources = self - target
        sources._check_merge(target, different_customers)
        target._merge_values(sources)
        target._merge_followers(sources)
        for model, field in self._service_merge_models():
            # sudo: what is moved belongs to requests that the user may write
            rows = self.env[model].sudo().with_context(active_test=False)
            rows.search([(field, "in", sources.ids)]).write({field: target.id})
        sources._move_levels(target)
        sources._move_documents(target)
        sources._end_merged(target)
        sources._service_merged(target)

    def _check_merge(self, target, different_customers):
        problem = merging.problem(
            [
                (r.id, r.company_id.id, r.commercial_partner_id.id, r.merged_into_id.id)
                for r in self
            ],
            (target.company_id.id, target.commercial_partner_id.id, target.merged_into_id.id),
            different_customers,
        )
        words = {
            "nothing": self.env._("Choose at least two requests to merge."),
            "company": self.env._("Requests of different companies cannot be merged."),
            "merged": self.env._("One of these requests was merged already."),
            "customer": self.env._(
                "These requests belong to different customers. Tick the box if they are to be "
                "merged nevertheless."
            ),
        }
        if problem:
            raise UserError(words[problem])
        (self | target).check_access("write")

    def _merge_values(self, sources):
        """Fill what is empty, and unite tags and copied addresses."""
        names = (*self._reference_names(), "channel_id", "phone", "email_from")
        values = {}
        for name in names:
            known = next((source[name] for source in sources if source[name]), False)
            if known and not self[name]:
                values[name] = known.id if isinstance(known, models.BaseModel) else known
        copied = [request.email_cc for request in self | sources if request.email_cc]
        values["email_cc"] = merging.addresses(copied) or False
        values["tag_ids"] = [Command.link(tag.id) for tag in sources.tag_ids - self.tag_ids]
        self.write(values)

    def _merge_followers(self, sources):
        same = sources.filtered(
            lambda source: source.commercial_partner_id == self.commercial_partner_id
        )
        # sudo: whether a follower is a colleague
        colleagues = sources.sudo().message_partner_ids.filtered(
            lambda partner: any(not user.share for user in partner.user_ids)
        )
        self.message_subscribe((same.message_partner_ids | colleagues.sudo(False)).ids)

    @api.model
    def _service_merge_models(self):
        """``[(model, many2one to the request)]`` whose rows follow a merge; parts add theirs."""
        return [
            ("crm.service.effort", "request_id"),
            ("crm.customer.asset.maintenance", "request_id"),
            ("crm.customer.asset.plan", "request_id"),
            ("crm.service.article", "request_id"),
            ("crm.service.recall.line", "request_id"),
        ]

    @api.model
    def _service_merge_exempt(self):
        """``{(model, many2one): why}`` of rows that do not follow a merge as they are.

        Every stored many2one to requests is here or in ``_service_merge_models``.
        """
        told = "history of the merged request: it tells what happened to that one"
        return {
            ("crm.service.collection", "request_id"): "_service_merged: one is booked at a time",
            ("crm.service.complaint", "request_id"): "_service_merged: a request has one complaint",
            ("crm.service.escalation.log", "request_id"): told,
            ("crm.service.level.span", "request_id"): "_move_levels: the open ones end first",
            ("crm.service.request", "followed_up_id"): told,
            ("crm.service.request", "merged_into_id"): "the chain of merges is followed",
            ("crm.service.request.link", "other_id"): "_move_links: each pair once",
            ("crm.service.request.link", "request_id"): "_move_links: each pair once",
            ("crm.service.sla.timer", "request_id"): "promises end with the request they are for",
            ("crm.service.squad.member", "request_id"): "_move_documents: each colleague once",
            ("crm.service.stage.span", "request_id"): told,
        }

    def _service_merged(self, target):
        """These requests were merged into *target*; parts do what else is to be done."""

    def _move_levels(self, target):
        """Levels used by the merged requests count for *target*; the open ones end now."""
        self._end_level("1", "2", "3", "4", "5", "6")
        spans = self._level_spans().search([("request_id", "in", self.ids)])
        spans.request_id = target
        (self | target).invalidate_recordset(["level_span_ids", "level_steps"])
        target._set_levels()

    def _move_documents(self, target):
        """Messages, attachments and activities."""
        places = (("mail.message", "model"), ("ir.attachment", "res_model"))
        for model, column in places:
            # sudo: what is moved belongs to requests that the user may write
            rows = self.env[model].sudo().with_context(active_test=False)
            own = rows.search([(column, "=", self._name), ("res_id", "in", self.ids)])
            own.write({"res_id": target.id})
        # sudo: as above
        activities = self.env["mail.activity"].sudo()
        activities.search([("res_model", "=", self._name), ("res_id", "in", self.ids)]).write(
            {"res_id": target.id}
        )
        members = self.sudo().squad_member_ids  # sudo: as above
        known = target.sudo().squad_member_ids.user_id
        for user, rows in members.grouped("user_id").items():
            if user not in known:
                rows[0].request_id = target
        self._move_links(target)
        (self | target).invalidate_recordset(["activity_ids", "message_ids", "squad_member_ids"])

    def _move_links(self, target):
        """Links to the outside follow; those between the merged requests have done their work."""
        links = self._all_links().sudo()  # sudo: as _move_documents
        kept = {(target.id, link.other_id.id) for link in target._all_links().sudo()}
        kept |= {(target.id, link.request_id.id) for link in target._all_links().sudo()}
        rows = []
        for link in links:
            mine = link.request_id in self
            other = link.other_id if mine else link.request_id
            if other not in self | target and (target.id, other.id) not in kept:
                kept.add((target.id, other.id))
                ends = (target.id, other.id) if mine else (other.id, target.id)
                rows.append({"request_id": ends[0], "kind": link.kind, "other_id": ends[1]})
        links.unlink()
        links.create(rows)

    def _end_merged(self, target):
        """Close the merged requests and say on both sides what happened."""
        self.merged_into_id = target
        result = self.env.ref("crm_service_levels.result_duplicate", raise_if_not_found=False)
        if result:
            self.result_id = result
        self._to_state("closed")
        told = Markup('%s <a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>')
        words = self.env._("Merged into")
        body = told % (words, self._name, target.id, target.display_name)
        self._message_log_batch({source.id: body for source in self})
        words = self.env._("Merged into this request:")
        lines = [
            Markup("<li>%s%s</li>")
            % (told % ("", self._name, source.id, source.display_name), source.description or "")
            for source in self
        ]
        target._message_log(body=Markup("%s<ul>%s</ul>") % (words, Markup().join(lines)))

    # Splitting

    def _split_off(self, values, messages, keep_attachments=True):
        """A new request out of this one, with the words and files of *messages*.

        The messages stay where they are: what was said to whom does not change.
        """
        self.ensure_one()
        part = self.create({**self._continued_values(), **values})
        self.env["crm.service.request.link"].create(
            {"request_id": self.id, "kind": "parent", "other_id": part.id}
        )
        # sudo: files of messages that the user could choose, because he may read the request
        files = messages.sudo().attachment_ids if keep_attachments else ()
        for file in files:
            file.copy({"res_model": self._name, "res_id": part.id})
        link = Markup('<a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>')
        told = link % (self._name, part.id, part.display_name)
        self._message_log(body=Markup("%s %s") % (self.env._("Split off:"), told))
        told = link % (self._name, self.id, self.display_name)
        part._message_log(body=Markup("%s %s") % (self.env._("Split off from"), told))
        return part
