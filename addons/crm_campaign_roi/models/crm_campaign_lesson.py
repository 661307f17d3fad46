from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..report import campaign_demand as sql
from ..tools import demand


class CrmCampaignLesson(models.Model):
    """What is learned from a finished campaign, exactly once (ROI-4).

    Rows are written by :meth:`_learn` alone; what comes late, a credit note say, corrects the row
    of its campaign.
    """

    _name = "crm.campaign.lesson"
    _description = "Lesson of a finished campaign"
    _order = "learned_on desc, id desc"
    _rec_name = "campaign_id"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind_id = fields.Many2one(
        "crm.campaign.kind", required=True, ondelete="cascade", readonly=True, index=True
    )
    persons = fields.Integer(readonly=True, help="Treated targets, or persons to reach.")
    responses = fields.Integer(
        "Responded", readonly=True, help="Persons who answered in any way, buyers included."
    )
    buyers = fields.Integer(readonly=True, help="Customers who kept something they bought.")
    units = fields.Float(readonly=True, help="Ordered in the window, less what came back.")
    revenue = fields.Monetary(readonly=True)
    learned_on = fields.Date("Learned on", readonly=True)
    left_out = fields.Boolean(
        "Left out",
        readonly=True,
        help="Not typical: what this campaign did does not count for forecasts.",
    )
    left_out_by = fields.Many2one("res.users", "Left out by", readonly=True)
    line_ids = fields.One2many("crm.campaign.lesson.line", "lesson_id", "Sold", readonly=True)

    _campaign_uniq = models.UniqueIndex("(campaign_id)", "The campaign was learned from already.")

    @api.model
    def _learn(self, today):
        """Learn from the campaigns that are over; the same statements whatever their number."""
        main = self.env["crm.campaign.demand"]._main_company().id
        place = self.env["crm.campaign.demand"]._place_of_order()
        self.env.flush_all()
        finished = [key for (key,) in self.env.execute_query(sql.finished(today))]
        for statement in (
            sql.forget(),
            sql.gather(finished, main, place),
            sql.unlearn(finished),
            sql.learn(finished, main, today, self.env.uid),
            sql.learn_cells(),
            sql.unlearn_cells(),
            sql.ensure_priors(main),
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all()

    def _seen(self):
        """``{lesson: demand.Seen}``, one query for the sold units."""
        rows = self.env["crm.campaign.lesson.line"]._read_group(
            [("lesson_id", "in", self.ids)], ["lesson_id", "product_id", "week"], ["units:sum"]
        )
        units, weeks = {}, {}
        for lesson, product, week, count in rows:
            for found, key in ((units, product.id), (weeks, week)):
                own = found.setdefault(lesson.id, {})
                own[key] = own.get(key, 0.0) + max(count, 0.0)
        return {
            lesson: demand.Seen(
                lesson.persons,
                lesson.responses,
                lesson.buyers,
                units.get(lesson.id, {}),
                weeks.get(lesson.id, {}),
            )
            for lesson in self
        }

    def action_leave_out(self):
        """Leave the campaigns out of forecasts; they are not typical."""
        self._set_left_out(True)

    def action_take_in(self):
        """Count the campaigns again."""
        self._set_left_out(False)

    def _set_left_out(self, left_out):
        self.env["crm.campaign.prior"]._check_forecaster()
        self.check_access("read")
        by = self.env.uid if left_out else False
        # sudo: nobody has the right to write lessons; the role was asked above
        self.sudo().write({"left_out": left_out, "left_out_by": by})

    def write(self, vals):
        """Only what does not count is said by hand."""
        if not (self.env.su and vals.keys() <= {"left_out", "left_out_by"}):
            raise AccessError(self.env._("Lessons follow what campaigns did."))
        return super().write(vals)


class CrmCampaignLessonLine(models.Model):
    """What a finished campaign sold of a product in a week from its publication."""

    _name = "crm.campaign.lesson.line"
    _description = "Sold by a finished campaign"
    _order = "lesson_id, week, product_id"
    _rec_name = "product_id"
    _log_access = False

    lesson_id = fields.Many2one(
        "crm.campaign.lesson", required=True, ondelete="cascade", readonly=True, index=True
    )
    currency_id = fields.Many2one(related="lesson_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", readonly=True, index=True
    )
    week = fields.Integer(
        readonly=True, help="0 is the week that begins with the publication.", aggregator=None
    )
    units = fields.Float("Sold", readonly=True, help="In the unit of the product.")
    revenue = fields.Monetary(readonly=True)

    _cell_uniq = models.UniqueIndex("(lesson_id, product_id, week)")
