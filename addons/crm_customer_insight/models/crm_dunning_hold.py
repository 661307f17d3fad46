from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.person_data import PersonData
from .day_format import format_day


class CrmDunningHold(models.Model):
    """A customer is not to be dunned until a day, because … (C360-5).

    Recorded by finance, sales or service, told in the customer's chatter; it ends by itself.
    """

    _name = "crm.dunning.hold"
    _description = "Hold on dunning"
    _order = "date_until desc, id desc"
    _rec_name = "partner_id"
    _person_data = PersonData(erase="blank", blank=("reason",))

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    date_until = fields.Date("Do not dun until", required=True)
    reason = fields.Char(help="What finance has to know, for example the complaint's number.")
    user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, default=lambda self: self.env.user,
        index="btree_not_null", ondelete="set null",
    )  # fmt: skip
    lifted = fields.Boolean("Ended early", readonly=True)
    is_active = fields.Boolean("In force", compute="_compute_is_active", search="_search_is_active")

    @api.depends("date_until", "lifted")
    def _compute_is_active(self):
        today = fields.Date.context_today(self)
        for hold in self:
            hold.is_active = not hold.lifted and bool(hold.date_until) and hold.date_until >= today

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        active = Domain("lifted", "=", False) & Domain("date_until", ">=", today)
        return Domain.OR([active if wanted else ~active for wanted in value])

    @api.constrains("date_until")
    def _check_date_until(self):
        today = fields.Date.context_today(self)
        if any(hold.date_until < today for hold in self if not hold.lifted):
            raise ValidationError(self.env._("A hold ends today or later."))

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create([{**vals, "user_id": self.env.uid} for vals in vals_list])
        for hold in holds:
            if hold.partner_id != hold.partner_id.commercial_partner_id:
                hold.partner_id = hold.partner_id.commercial_partner_id
            hold._tell(
                self.env._(
                    "Do not dun until %(day)s: %(reason)s",
                    day=format_day(self.env, hold.date_until),
                    reason=hold.reason or "–",
                )
            )
        return holds

    def action_lift(self):
        """End the hold before its day."""
        self.write({"lifted": True})
        for hold in self:
            hold._tell(self.env._("The hold on dunning was ended."))

    def _tell(self, text):
        # sudo: accountants need not be allowed to change contacts to leave a note on one
        self.partner_id.sudo().message_post(body=text, author_id=self.env.user.partner_id.id)
