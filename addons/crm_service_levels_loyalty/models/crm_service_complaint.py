from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class CrmServiceComplaint(models.Model):
    """Compensation by voucher (SVC-C, eighth step)."""

    _inherit = "crm.service.complaint"

    voucher_card_id = fields.Many2one(
        "loyalty.card",
        "Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    voucher_made = fields.Boolean(compute="_compute_voucher", compute_sudo=True)
    voucher_left = fields.Monetary(
        "Left on the voucher", compute="_compute_voucher", compute_sudo=True
    )

    @api.depends("voucher_card_id.points", "voucher_card_id.active")
    def _compute_voucher(self):
        for one in self:
            card = one.voucher_card_id
            one.voucher_made = card.active
            one.voucher_left = card.points if card.active else 0.0

    def _also_open(self):
        """The code of a voucher made here is not for typing over."""
        free = super()._also_open()
        return free - {"voucher_code"} if self.voucher_made else free

    def action_voucher(self):
        """Make the voucher over the approved amount, once.

        Audited: representatives have no rights in Loyalty. It is for the customer of the
        complaint, from a program of its company and in its currency, within the limit of the
        procedure; the log names the code and who made it.
        """
        self.ensure_one()
        self._check_service()
        self._lock()
        self._check_turn("compensate")
        self._check_voucher()
        program = self._voucher_program()
        # sudo: as the docstring says; what it is made of was checked above. The customer is told
        # by action_send_voucher and not before.
        cards = self.env["loyalty.card"].sudo().with_context(action_no_send_mail=True)
        card = cards.create(self._voucher_values(program))
        self.env["loyalty.history"].sudo().create(self._voucher_history(card))  # sudo: as above
        self._set({"voucher_card_id": card.id, "voucher_code": card.code})
        return True

    def _check_voucher(self):
        if self.voucher_made:
            raise UserError(self.env._("There is a voucher already."))
        if self.compensation_kind != "voucher" or self.compensation_amount <= 0:
            raise UserError(self.env._("No voucher was approved."))
        if self.credit_note_id.sudo().state in ("draft", "posted"):  # sudo: only its state
            raise UserError(self.env._("There is a credit note already."))
        if not self.sudo().request_id.partner_id:  # sudo: only asked
            raise UserError(self.env._("Enter the customer on the request first."))
        self._check_money()
        self._check_limit()

    def _check_credit(self, invoice):
        if self.voucher_made:
            raise UserError(self.env._("There is a voucher already."))
        return super()._check_credit(invoice)

    def _voucher_program(self):
        """Program of the procedure or the first usable one of the company."""
        # sudo: only company, currency and worth of programs are looked at
        procedure, programs = self.procedure_id.sudo(), self.env["loyalty.program"].sudo()
        chosen = procedure.voucher_program_id or programs.search(self._program_domain())
        usable = chosen.filtered(self._is_usable_program)
        if not usable:
            raise UserError(
                self.env._(
                    "There is no gift card program of %(company)s in %(currency)s in which a point "
                    "is worth one. Ask for one in the complaint procedure.",
                    company=self.company_id.name,
                    currency=self.currency_id.name,
                )
            )
        return usable[0]

    def _program_domain(self):
        return [
            ("program_type", "=", "gift_card"),
            ("company_id", "in", [False, *self.company_id.sudo().parent_ids.ids]),  # sudo: tree
        ]

    def _is_usable_program(self, program):
        """Of the company, in the currency, running today, and worth its points."""
        today = fields.Date.context_today(self)
        company = self.company_id.sudo()  # sudo: the companies above are compared only
        return (
            program.active
            and program.currency_id == self.currency_id
            and (not program.company_id or program.company_id in company.parent_ids)
            and (not program.date_to or program.date_to >= today)
            and any(self._is_worth_points(reward) for reward in program.reward_ids)
        )

    @api.model
    def _is_worth_points(self, reward):
        return (
            reward.reward_type == "discount"
            and reward.discount_mode == "per_point"
            and float_compare(reward.discount, 1.0, precision_digits=6) == 0
        )

    def _voucher_values(self, program):
        return {
            "program_id": program.id,
            "partner_id": self.sudo().request_id.partner_id.id,  # sudo: the customer of it
            "points": self.compensation_amount,
            "expiration_date": program.date_to,
        }

    def _voucher_history(self, card):
        return {
            "card_id": card.id,
            "description": self.env._("Complaint %s", self.number),
            "issued": card.points,
        }

    def action_send_voucher(self):
        """Mail the voucher to its customer, with the template of its program.

        Audited: representatives have no rights in Loyalty.
        """
        self.ensure_one()
        self._check_service()
        # sudo: as the docstring says; only a voucher of this complaint goes, to its own customer
        card = self.sudo().voucher_card_id
        if not card.active:
            raise UserError(self.env._("Make the voucher first."))
        if not card.partner_id.email_normalized:
            raise UserError(self.env._("The customer has no e-mail address."))
        template = card._get_default_template() or self._voucher_template()
        template.send_mail(
            card.id,
            email_layout_xmlid="mail.mail_notification_light",
            email_values=self._voucher_sender(template),
        )
        self._note(self.env._("Voucher sent"), card.partner_id.email_normalized)
        return True

    @api.model
    def _voucher_template(self):
        return self.env.ref("loyalty.mail_template_gift_card").sudo()  # sudo: as its caller

    def _voucher_sender(self, template):
        author = self.env.user.partner_id
        known = template.email_from
        return {} if known else {"author_id": author.id, "email_from": author.email_formatted}
