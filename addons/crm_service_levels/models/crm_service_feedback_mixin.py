from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmServiceFeedbackMixin(models.AbstractModel):
    """The part of a request that asks the customer what he thinks of it (SVC-L5)."""

    _name = "crm.service.feedback.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Satisfaction of a service request"

    feedback_invitation_ids = fields.One2many(
        "crm.feedback.invitation", "request_id", "Feedback asked", copy=False
    )
    feedback_answer_ids = fields.One2many(
        "crm.feedback.answer", "request_id", "Feedback given", copy=False
    )
    education_id = fields.Many2one(
        "crm.service.education", index="btree_not_null", copy=False, readonly=True
    )
    satisfaction_text = fields.Char("Satisfaction score", compute="_compute_satisfaction_text")
    satisfaction = fields.Selection(
        [
            ("good", "Satisfied"),
            ("fair", "Partly satisfied"),
            ("bad", "Not satisfied"),
            ("asked", "Asked"),
            ("unknown", "No answer"),
        ],
        compute="_compute_satisfaction",
        store=True,
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="From 75 % satisfied, below 50 % not satisfied.",
    )

    @api.depends(
        "feedback_answer_ids.score",
        "feedback_answer_ids.has_score",
        "feedback_invitation_ids.state",
    )
    def _compute_satisfaction(self):
        for request in self:
            # sudo: how satisfied the customer is may be known to all who see the request
            answers = request.sudo().feedback_answer_ids.filtered("has_score")
            states = set(request.sudo().feedback_invitation_ids.mapped("state"))  # sudo: as above
            request.satisfaction = request._satisfaction_of(answers[:1], states)

    @api.depends("feedback_answer_ids.score", "feedback_answer_ids.has_score")
    def _compute_satisfaction_text(self):
        for request in self:
            # sudo: as _compute_satisfaction
            answer = request.sudo().feedback_answer_ids.filtered("has_score")[:1]
            request.satisfaction_text = f"{answer.score:.0f} %" if answer else False

    @staticmethod
    def _satisfaction_of(answer, states):
        if answer:
            return "good" if answer.score >= 75 else "fair" if answer.score >= 50 else "bad"
        if states & {"draft", "sent", "partial"}:
            return "asked"
        return "unknown" if "expired" in states else False

    # Actions

    def _feedback_invite(self, source, **values):
        """New invitation about this request, or the open one."""
        self.ensure_one()
        self.check_access("write")
        # sudo: whoever works on the request may have its customer asked, and enters nothing by it
        invitations = self.env["crm.feedback.invitation"].sudo()
        open_one = self.sudo().feedback_invitation_ids.filtered(  # sudo: as above
            lambda one: one.source == source and one._is_open()
        )
        if open_one:
            return open_one[:1]
        scheme = self.env["crm.feedback.scheme"]._for_request(self)
        if not scheme:
            raise UserError(self.env._("No questions are set up for this team and type."))
        return invitations.create(invitations._values_of(self, scheme, source=source, **values))

    def action_feedback_ask(self):
        """Ask the customer by mail now."""
        if self.partner_id.feedback_opt_out:
            raise UserError(self.env._("This contact does not want to be asked."))
        invitation = self._feedback_invite("mail")
        if not invitation.email_normalized:
            raise UserError(self.env._("The request has no e-mail address."))
        invitation._send()

    def action_feedback_sign(self):
        """Work order on the tablet: the customer rates and signs (SVC-L5)."""
        visit = self.env["crm.contact.channel"]._of_code("visit")
        invitation = self._feedback_invite("signature", channel_id=visit.id)
        return invitation._open_page()

    def action_feedback_enter(self):
        """Enter what the customer says on the telephone."""
        invitation = self._feedback_invite("officer")
        return invitation.sudo(False).action_enter()

    # Calibration; parts that know more say it here

    @api.model
    def _feedback_complaint_domain(self):
        """Requests whose complaint was judged valid, wholly or in part (SVC-C)."""
        return Domain("id", "in", self.env["crm.service.complaint"]._valid_requests())

    @api.model
    def _feedback_return_domain(self):
        """Requests that stand for a return or a repair of what was sold, each once.

        Faults, and what the service history of an asset tells as repaired or swapped; the addons
        for Inventory and Repairs add returned deliveries and repair orders.
        """
        # sudo: a figure, not the history itself
        history = self.env["crm.customer.asset.maintenance"].sudo()
        repaired = history._search(
            [("kind", "in", ("repair", "swap")), ("request_id", "!=", False)]
        )
        return Domain("nature", "=", "fault") | Domain("id", "in", repaired.subselect("request_id"))
