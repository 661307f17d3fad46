from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import fact_occasion as rules

ANSWERS = ("value", "same", "later", "declined")


class CrmFactOccasion(models.Model):
    """An occasion of talking with a customer, and the few facts that fit it (C360-6)."""

    _name = "crm.fact.occasion"
    _description = "Occasion to ask for facts"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    applies_to = fields.Selection(
        [("all", "Persons and companies"), ("person", "Persons"), ("company", "Companies")],
        "For whom", required=True, default="all",
    )  # fmt: skip
    lowest_tier = fields.Selection(
        [("A", "Tier A"), ("B", "Tiers A and B"), ("C", "Tiers A to C")],
        "Only for", help="Empty: whatever the tier.",
    )  # fmt: skip
    question_limit = fields.Integer(
        "Questions at most", default=3, required=True, help="More are not asked at once."
    )
    again_months = fields.Integer(
        "Ask again after (months)", default=12, required=True,
        help="Who does not want to say something is not asked for it before.",
    )  # fmt: skip
    attribute_ids = fields.Many2many(
        "crm.profile.attribute", string="Facts to ask for", help="Empty: every fact that applies."
    )

    _question_limit_positive = models.Constraint(
        "CHECK(question_limit BETWEEN 1 AND 20)", "Ask between 1 and 20 questions."
    )
    _again_months_positive = models.Constraint(
        "CHECK(again_months BETWEEN 1 AND 120)", "Ask again after 1 to 120 months."
    )

    # -- questions -----------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_questions(self, partner_id, occasion_id=False):
        """What to ask a contact now.

        :return: ``partner`` (id, name), ``occasions`` that fit him, ``occasion_id`` chosen,
            ``questions`` (attribute_id, name, help, type, options, value, date, required) and
            ``more``: how many further facts are missing or stale
        :raises AccessError: for who may not record facts of the contact
        """
        partner = self._partner_to_ask(partner_id)
        tier = partner.commercial_partner_id.insight_tier
        occasions = self.search([("active", "=", True)]).filtered(
            lambda occasion: occasion._fits(partner, tier)
        )
        chosen = occasions.filtered(lambda occasion: occasion.id == occasion_id) or occasions[:1]
        asked, more = chosen._choose(partner, tier)
        return {
            "partner": {"id": partner.id, "name": partner.display_name},
            "occasions": [{"id": one.id, "name": one.name} for one in occasions],
            "occasion_id": chosen.id,
            "questions": [self._question(partner, candidate) for candidate in asked],
            "more": more,
        }

    def _fits(self, partner, tier):
        kind = "company" if partner.is_company else "person"
        if self.applies_to not in ("all", kind):
            return False
        return not self.lowest_tier or bool(tier and tier <= self.lowest_tier)

    def _choose(self, partner, tier):
        if not self:
            return [], 0
        today = fields.Date.context_today(self)
        candidates = self._candidates(partner, tier)
        return rules.choose(candidates, today, self.question_limit)

    def _candidates(self, partner, tier):
        kind = "company" if partner.is_company else "person"
        attributes = (
            self.attribute_ids or self.env["crm.profile.attribute"].search([("active", "=", True)])
        ).filtered(lambda attribute: attribute.active and attribute.applies_to in ("all", kind))
        known = {fact.attribute_id: fact for fact in self._facts_of(partner, attributes)}
        domain = [("partner_id", "=", partner.id), ("attribute_id", "in", attributes.ids)]
        refusals = self.env["crm.fact.refusal"].search(domain)
        quiet = {refusal.attribute_id: refusal.until for refusal in refusals}
        return [
            rules.Candidate(
                attribute=attribute.id,
                required=bool(tier and attribute.required_for and tier <= attribute.required_for),
                known=attribute in known,
                due=(known[attribute].confirm_due or None) if attribute in known else None,
                silent_until=quiet.get(attribute),
                place=place,
            )
            for place, attribute in enumerate(attributes)
        ]

    def _facts_of(self, partner, attributes):
        domain = [("partner_id", "=", partner.id), ("attribute_id", "in", attributes.ids)]
        return self.env["crm.profile.value"].search(domain)

    def _question(self, partner, candidate):
        attribute = self.env["crm.profile.attribute"].browse(candidate.attribute)
        fact = self._facts_of(partner, attribute)
        return {
            "attribute_id": attribute.id,
            "name": attribute.name,
            "help": attribute.description or "",
            "type": attribute.type,
            "options": [
                {"code": option.code, "name": option.name} for option in attribute.option_ids
            ],
            "value": fact.value or "",
            "date": fields.Date.to_string(fact.confirmed_on or fact.date) or "",
            "required": candidate.required,
        }

    # -- answers -------------------------------------------------------------------------------

    @api.model
    def save_answers(self, partner_id, occasion_id, answers):
        """Record what was said; each fact gets source, date and confirmer.

        :param answers: list of dicts: ``attribute_id``, ``answer`` (value, same, later, declined)
            and, with *value*, ``value`` as text
        :return: how many facts were recorded or confirmed
        :raises ValidationError: naming the fact whose value does not fit; nothing is saved then
        """
        partner = self._partner_to_ask(partner_id)
        occasion = self.browse(occasion_id).exists()
        if not occasion:
            raise UserError(self.env._("Choose an occasion."))
        for answer in answers:
            if answer.get("answer") not in ANSWERS:
                raise UserError(self.env._("Choose an answer for each question."))
            occasion._save_answer(partner, answer)
        return sum(answer["answer"] in ("value", "same") for answer in answers)

    def _save_answer(self, partner, answer):
        attribute = self.env["crm.profile.attribute"].browse(answer["attribute_id"]).exists()
        if not attribute:
            raise UserError(self.env._("This fact no longer exists."))
        match answer["answer"]:
            case "value":
                self._record(partner, attribute, answer.get("value"))
            case "same":
                self._facts_of(partner, attribute).action_confirm()
            case "later" | "declined":
                self._refuse(partner, attribute, answer["answer"])

    def _record(self, partner, attribute, value):
        today = fields.Date.context_today(self)
        if value in (None, False, ""):
            raise UserError(
                self.env._("Enter a value for “%(fact)s”, or say why not.", fact=attribute.name)
            )
        self.env["crm.profile.value"].create(
            {
                "partner_id": partner.id,
                "attribute_id": attribute.id,
                "value": value,
                "source": "told",
                "source_note": self.name,
                "date": today,
                "confirmed_by": self.env.uid,
                "confirmed_on": today,
            }
        )
        # sudo: refusals are written by the dialog only, which has checked who asks
        self.env["crm.fact.refusal"].sudo().search(
            [("partner_id", "=", partner.id), ("attribute_id", "=", attribute.id)]
        ).unlink()

    def _refuse(self, partner, attribute, answer):
        today = fields.Date.context_today(self)
        pause = relativedelta(months=self.again_months)
        until = today + (relativedelta(days=rules.LATER_DAYS) if answer == "later" else pause)
        values = {"answer": answer, "date": today, "until": until, "user_id": self.env.uid}
        # sudo: refusals are written by the dialog only, which has checked who asks
        refusals = self.env["crm.fact.refusal"].sudo()
        key = [("partner_id", "=", partner.id), ("attribute_id", "=", attribute.id)]
        if known := refusals.search(key):
            known.write(values)
        else:
            refusals.create({"partner_id": partner.id, "attribute_id": attribute.id, **values})

    # -- rights --------------------------------------------------------------------------------

    def _partner_to_ask(self, partner_id):
        partner = self.env["res.partner"]._customer_360_partner(partner_id)
        self._check_asker(partner)
        return partner

    @api.model
    def _check_asker(self, partner):
        """Facts are asked for by those who may record them: of own customers, managers of all."""
        facts = self.env["crm.profile.value"]
        facts.check_access("create")
        domain = self.env["ir.rule"]._compute_domain(facts._name, "create")
        # sudo: only compares the contact with the rule, shows nothing of it
        draft = facts.sudo().new({"partner_id": partner.id})
        if not draft.filtered_domain(domain):
            raise AccessError(
                self.env._("Facts are asked for by the customer's salesperson and account team.")
            )
