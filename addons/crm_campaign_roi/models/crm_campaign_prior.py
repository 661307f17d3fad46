from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..tools import demand

FORECASTERS = "crm_campaign_roi.group_campaign_manager,crm_campaign_roi.group_campaign_planner"


class CrmCampaignPrior(models.Model):
    """What campaigns of a kind do, as far as it is known (ROI-4).

    It is computed from the lessons of finished campaigns, each counted once. Somebody who knows
    better corrects it with a reason: then his figures hold, and what is learned from that day on
    is added to them.
    """

    _name = "crm.campaign.prior"
    _description = "Experience with a kind of campaign"
    _order = "company_id, kind_id"
    _rec_name = "kind_id"
    _log_access = False

    kind_id = fields.Many2one("crm.campaign.kind", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    corrected = fields.Boolean("Corrected by hand", readonly=True)
    hand_response = fields.Float("Response by hand (%)", readonly=True, aggregator=None)
    hand_conversion = fields.Float("Conversion by hand (%)", readonly=True, aggregator=None)
    hand_quantity = fields.Float("Units per buyer by hand", readonly=True, aggregator=None)
    hand_weight = fields.Integer(
        "Worth as many persons", readonly=True, default=100, aggregator=None
    )
    reason = fields.Text(readonly=True)
    corrected_by = fields.Many2one("res.users", "Corrected by", readonly=True)
    corrected_on = fields.Date("Corrected on", readonly=True)

    campaign_count = fields.Integer("Campaigns", compute="_compute_experience")
    persons = fields.Integer(compute="_compute_experience")
    responses = fields.Integer("Responded", compute="_compute_experience")
    buyers = fields.Integer(compute="_compute_experience")
    units = fields.Float(compute="_compute_experience")
    response_rate = fields.Float("Response (%)", compute="_compute_experience")
    conversion_rate = fields.Float("Conversion (%)", compute="_compute_experience")
    quantity_mean = fields.Float("Units per buyer", compute="_compute_experience")
    is_known = fields.Boolean("Enough data", compute="_compute_experience")
    explanation = fields.Char("Where it comes from", compute="_compute_experience")

    _kind_uniq = models.UniqueIndex("(kind_id, company_id)", "There is one experience per kind.")

    # -- what is known ---------------------------------------------------------------------------

    def _lesson_domain(self):
        """The lessons that count for these kinds."""
        return Domain("left_out", "=", False) & Domain.OR(
            Domain("kind_id", "=", prior.kind_id.id)
            & Domain("company_id", "=", prior.company_id.id)
            & (Domain("learned_on", ">=", prior.corrected_on) if prior.corrected else Domain.TRUE)
            for prior in self
        )

    def _lessons(self):
        """``{(kind id, company id): lessons that count}``, one query."""
        found = {}
        for lesson in self.env["crm.campaign.lesson"].search(self._lesson_domain()):
            key = (lesson.kind_id.id, lesson.company_id.id)
            found[key] = found.get(key, lesson.browse()) | lesson
        return found

    def _known(self):
        """``{prior record: (demand.Prior or None, lessons)}``, two queries for all."""
        by_kind = self._lessons()
        lessons = self.env["crm.campaign.lesson"].union(*by_kind.values())
        seen = lessons._seen()
        known = {}
        for prior in self:
            own = by_kind.get((prior.kind_id.id, prior.company_id.id), lessons.browse())
            known[prior] = (prior._prior([seen[lesson] for lesson in own]), own)
        return known

    def _prior(self, results):
        if not self.corrected:
            return demand.jeffreys(results)
        prior = demand.by_hand(
            self.hand_response / 100,
            self.hand_conversion / 100,
            self.hand_quantity,
            self.hand_weight,
        )
        for seen in results:
            prior = prior.learned(seen)
        return prior

    def _compute_experience(self):
        for record, (prior, lessons) in self._known().items():
            record.campaign_count = len(lessons)
            for name in ("persons", "responses", "buyers", "units"):
                record[name] = sum(lessons.mapped(name))
            record.is_known = bool(prior)
            record.response_rate = prior.response.mean * 100 if prior else 0.0
            record.conversion_rate = prior.conversion.mean * 100 if prior else 0.0
            record.quantity_mean = prior.quantity.mean if prior else 0.0
            record.explanation = record._explain()

    def _explain(self):
        """In words: how many campaigns, persons and buyers it comes from."""
        numbers = {
            "campaigns": self.campaign_count,
            "persons": self.persons,
            "buyers": self.buyers,
        }
        if self.corrected:
            return self.env._(
                "By hand, worth %(weight)s persons. Finished campaigns since then: %(campaigns)s, "
                "persons: %(persons)s, buyers: %(buyers)s",
                weight=self.hand_weight,
                **numbers,
            )
        if not self.is_known:
            return self.env._("Not enough data: no finished campaign of this kind sold anything")
        return self.env._(
            "Finished campaigns: %(campaigns)s, persons: %(persons)s, buyers: %(buyers)s",
            **numbers,
        )

    # -- by hand ---------------------------------------------------------------------------------

    @api.model
    def _check_forecaster(self):
        if not (self.env.su or self.env.user.has_groups(FORECASTERS)):
            raise AccessError(
                self.env._("Forecasts are corrected by planners and marketing managers.")
            )

    def _correct(self, response, conversion, quantity, weight, reason):
        """Say what campaigns of the kind do; lessons up to now count no more.

        :param response: per cent of the persons
        :param conversion: per cent of those who respond
        :param quantity: units per buyer
        :param weight: worth as many persons
        """
        self._check_forecaster()
        self.check_access("read")
        if not (0 < response < 100 and 0 < conversion < 100 and quantity > 0 and weight > 0):
            raise ValidationError(
                self.env._("Shares are between 0 and 100 %, quantity and weight above 0.")
            )
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why: others read the reason."))
        # sudo: nobody has the right to write; the role was asked above
        self.sudo().write(
            {
                "corrected": True,
                "hand_response": response,
                "hand_conversion": conversion,
                "hand_quantity": quantity,
                "hand_weight": weight,
                "reason": reason,
                "corrected_by": self.env.uid,
                "corrected_on": fields.Date.context_today(self),
            }
        )

    def action_correct(self):
        """Open the dialog to correct."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_prior_correct"
        )
        return {**action, "context": {"default_prior_id": self.id, "dialog_size": "medium"}}

    def action_reset(self):
        """Forget the correction: all lessons count again."""
        self._check_forecaster()
        self.check_access("read")
        # sudo: nobody has the right to write; the role was asked above
        self.sudo().write(
            {"corrected": False, "reason": False, "corrected_by": False, "corrected_on": False}
        )

    def action_open_lessons(self):
        """The finished campaigns that it comes from."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_lesson"
        )
        domain = [("kind_id", "=", self.kind_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain, "context": {}}
