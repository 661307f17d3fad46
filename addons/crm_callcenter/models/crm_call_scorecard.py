from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import scorecard

STATES = [("draft", "Draft"), ("active", "In use"), ("retired", "Retired")]


class CrmCallScorecard(models.Model):
    """What reviewers look at in a call, and how much each point weighs (CC-5).

    A scorecard in use does not change: its reviews must stay comparable. A new version does.
    """

    _name = "crm.call.scorecard"
    _description = "Scorecard"
    _order = "name, version desc, id"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "crm.call.scorecard",
        "Version before",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    state = fields.Selection(STATES, required=True, default="draft", copy=False, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    queue_ids = fields.Many2many(
        "crm.call.queue", string="Queues", help="Proposed for calls of these queues; empty: all."
    )
    pass_score = fields.Float(
        "Pass mark", default=80, help="0 to 100; below it coaching is suggested."
    )
    appeal_days = fields.Integer(
        "Appeal within (days)", default=14, help="After the release of a review."
    )
    decision_days = fields.Integer("Decision within (days)", default=7, help="After an appeal.")
    criterion_ids = fields.One2many(
        "crm.call.scorecard.criterion", "scorecard_id", "Criteria", copy=True
    )
    review_count = fields.Integer("Reviews", compute="_compute_review_count")

    _limits = models.Constraint(
        "CHECK(pass_score BETWEEN 0 AND 100 AND appeal_days > 0 AND decision_days > 0)",
        "The pass mark lies between 0 and 100; appeals and decisions have a day at least.",
    )

    def _compute_review_count(self):
        counts = dict(
            self.env["crm.call.review"]._read_group(
                [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
            )
        )
        for card in self:
            card.review_count = counts.get(card, 0)

    @api.depends("name", "version")
    def _compute_display_name(self):
        for card in self:
            card.display_name = self.env._(
                "%(name)s (version %(version)s)", name=card.name or "", version=card.version
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: reviews of other companies or reviewers count, too
        if self.env["crm.call.review"].sudo().search_count([("scorecard_id", "in", self.ids)]):
            raise UserError(self.env._("A scorecard with reviews stays; retire it instead."))

    def action_activate(self):
        """Put it in use; the version before is retired."""
        for card in self:
            if not card.criterion_ids:
                raise UserError(self.env._("A scorecard needs a criterion at least."))
            card.state = "active"
            card.previous_id.filtered(lambda old: old.state == "active").state = "retired"

    def action_retire(self):
        self.state = "retired"

    def action_new_version(self):
        """A copy to be changed; the present one stays in use until the copy is activated."""
        self.ensure_one()
        new = self.copy({"name": self.name, "version": self.version + 1, "previous_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_reviews(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.call.review",
            "view_mode": "list,form,pivot",
            "domain": [("scorecard_id", "=", self.id)],
        }

    def _criteria(self):
        """The criteria as plain values for ``tools/scorecard.py``."""
        return [
            scorecard.Criterion(
                one.id,
                one.weight,
                int(one.top),
                one.is_fatal,
                one.is_correctness,
                one.section or "",
            )
            for one in self.criterion_ids
        ]

    @api.model
    def _for_call(self, call):
        """The scorecard in use for a call: one of its queue, otherwise one for all queues."""
        cards = self.search([("state", "=", "active"), ("company_id", "=", call.company_id.id)])
        own = cards.filtered(lambda card: call.queue_id and call.queue_id in card.queue_ids)
        return (own or cards.filtered(lambda card: not card.queue_ids))[:1]
