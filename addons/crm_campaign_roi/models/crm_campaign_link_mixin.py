from odoo import api, fields, models
from odoo.http import request


class CrmCampaignLinkMixin(models.AbstractModel):
    """Documents whose campaign is logged whenever it is set or changed (ROI-2).

    Whoever sets a campaign may say how and why: context ``campaign_link_how`` (a key of ``HOW``)
    and ``campaign_link_reason``. Whoever changes it on a form writes ``campaign_reason``.
    """

    _name = "crm.campaign.link.mixin"
    _description = "Document of a campaign"

    campaign_change = fields.Selection(
        [("given", "Given"), ("replaced", "Replaced or removed")],
        "Change of the campaign",
        compute="_compute_campaign_change",
        groups="base.group_user",
        help="What the form that is open does to the campaign; nothing on a saved document.",
    )
    campaign_reason = fields.Char(
        "Reason for the campaign",
        store=False,
        copy=False,
        groups="base.group_user",
        help="Why the campaign was chosen, changed or removed by hand. It is kept in the log of "
        "links.",
    )

    @api.depends("campaign_id")
    def _compute_campaign_change(self):
        """On a form: whether a campaign is given to a document that has none, or one that is
        there is replaced or removed, which needs a reason.
        """
        for document in self:
            before = document._origin.campaign_id.id or False
            now = document.campaign_id._origin.id or False
            change = "replaced" if before else "given"
            document.campaign_change = change if before != now else False

    @api.model_create_multi
    def create(self, vals_list):
        reasons = [vals.get("campaign_reason") for vals in vals_list]
        documents = super().create([self._without_reason(vals) for vals in vals_list])
        documents._log_campaigns({}, dict(zip(documents.ids, reasons, strict=True)))
        return documents

    def write(self, vals):
        reasons = dict.fromkeys(self.ids, vals.get("campaign_reason"))
        vals = self._without_reason(vals)
        if "campaign_id" not in vals:
            return super().write(vals)
        # sudo: what was there before belongs in the log, whoever changes it
        before = {document.id: document.campaign_id.id for document in self.sudo()}
        result = super().write(vals)
        self._log_campaigns(before, reasons)
        return result

    @api.model
    def _without_reason(self, vals):
        """The reason goes into the log, not into the document."""
        return {name: value for name, value in vals.items() if name != "campaign_reason"}

    def _log_campaigns(self, before, reasons):
        """Log those whose campaign is not what it was before.

        :param reasons: ``{id: what a person gave as his reason}``
        """
        rows = []
        # sudo: the log is written by no user, and reads the documents that handed the campaign on
        for document in self.sudo():
            now, then = document.campaign_id.id or None, before.get(document.id) or None
            if now != then:
                how, reason = document._campaign_how_given(reasons.get(document.id), then)
                company = document.company_id.id or None
                rows.append((document.id, now, then, how, reason or None, company))
        # sudo: as above
        self.env["crm.campaign.link"].sudo()._log(self._name, rows)

    def _campaign_how_given(self, given, then):
        """(how, reason): whoever gave a reason did it by hand; to replace needs one.

        :param given: the reason that a person gave
        :param then: id of the campaign that was there before
        """
        if given and given.strip():
            return "hand", given.strip()
        how, reason = self._campaign_how()
        if how == "hand" and then and not reason:
            reason = self.env._("Changed without a reason")
        return how, reason

    def _campaign_how(self):
        """(how, reason): as the caller says, else from the document itself."""
        context = self.env.context
        if context.get("campaign_link_how"):
            return context["campaign_link_how"], context.get("campaign_link_reason")
        if source := self._campaign_source():
            return "inherited", source.display_name
        if self._by_link():
            return "utm", self.env._("Came by a link of the campaign")
        return "hand", context.get("campaign_link_reason")

    def _campaign_source(self):
        """The document that handed its campaign on; nothing when there is none."""
        return self.browse()

    def _by_link(self):
        """Whether the visitor who is served now came by a link of this campaign."""
        name = request and request.cookies.get("odoo_utm_campaign")
        return bool(name) and name in self.campaign_id._with_merged().mapped("name")
