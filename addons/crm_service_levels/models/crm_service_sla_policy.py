from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_customer_insight.models.crm_customer_snapshot import TIERS

from ..tools import sla_policy
from .crm_service_priority_rule import PRIORITIES
from .crm_service_type import SEVERITIES


class CrmServiceSlaPolicy(models.Model):
    """What is promised to which customers for which requests, in versions (SVC-S).

    A request is judged by the version that was valid on the day it was received. Of several
    policies that fit the one with most conditions applies; among equals the first in the list.
    """

    _name = "crm.service.sla.policy"
    _inherit = ["crm.service.cached.mixin"]
    _description = "Service level policy"
    _order = "sequence, name, valid_from desc, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Decides between policies with as many conditions.")
    active = fields.Boolean(default=True)
    description = fields.Text("What is promised", translate=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "crm.service.sla.policy", "Earlier version", readonly=True, copy=False, index=True
    )
    valid_from = fields.Date("Valid from", help="Day of receipt; empty: always.", copy=False)
    valid_to = fields.Date(
        "Valid to", help="Day of receipt; empty: until further notice.", copy=False
    )

    # Which requests
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    team_ids = fields.Many2many("crm.service.team", string="Teams", help="Empty: all teams.")
    type_ids = fields.Many2many(
        "crm.service.type", string="Types", help="With all narrower types. Empty: all types."
    )
    severity = fields.Selection(SEVERITIES, help="Empty: every severity.")
    priority = fields.Selection(PRIORITIES, help="Empty: every priority.")
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    contract_level = fields.Char(
        "Contract level", help="Level of the customer's service contract, as the contract names it."
    )
    condition_count = fields.Integer("Conditions", compute="_compute_condition_count")

    # What is promised, and what happens when it is not kept
    target_ids = fields.One2many("crm.service.sla.target", "policy_id", "Targets", copy=True)
    step_ids = fields.One2many(
        "crm.service.escalation.step", "policy_id", "Escalation chain", copy=True
    )
    request_count = fields.Integer("Open requests", compute="_compute_request_count")

    _order_of_dates = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from)",
        "A policy cannot end before it begins.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = (
                self.env._("%(name)s (version %(number)s)", name=policy.name, number=policy.version)
                if policy.version > 1
                else policy.name
            )

    @api.depends(
        *("company_id", "team_ids", "type_ids", "severity", "priority", "contract_level"),
        *("tier_a", "tier_b", "tier_c", "tier_d"),
    )
    def _compute_condition_count(self):
        for policy in self:
            policy.condition_count = len(sla_policy.conditions(policy._as_plain()))

    def _compute_request_count(self):
        rows = self.env["crm.service.request"]._read_group(
            [("sla_policy_id", "in", self.ids), ("is_closed", "=", False)],
            ["sla_policy_id"],
            ["__count"],
        )
        counts = dict(rows)
        for policy in self:
            policy.request_count = counts.get(policy, 0)

    @api.constrains("target_ids")
    def _check_target_ids(self):
        for policy in self:
            keys = [(target.kind, target.stage_id) for target in policy.target_ids]
            if len(keys) != len(set(keys)):
                raise ValidationError(
                    self.env._("%s has two targets of the same kind.", policy.display_name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a policy that timers of any company count by is in use
        if self.env["crm.service.sla.timer"].sudo().search_count([("policy_id", "in", self.ids)]):
            raise UserError(self.env._("Requests were judged by this policy: archive it instead."))

    # Actions

    def action_new_version(self):
        """Copy that is valid from today on; this one ends yesterday (SVC-S)."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self.valid_from and self.valid_from >= today:
            raise UserError(self.env._("This version has not begun yet: change it as it is."))
        new = self.copy({"name": self.name, "valid_from": today})
        new.write({"previous_id": self.id, "version": self.version + 1})
        self.valid_to = today - timedelta(days=1)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_open_requests(self):
        """Open requests that are judged by this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_service_request_action"
        )
        action["domain"] = [("sla_policy_id", "=", self.id)]
        return action

    # Open requests follow

    def _sla_changed(self):
        """Targets were edited: open requests of these policies follow when all is written."""
        waiting = self.env.cr.precommit.data.setdefault("crm_sla_policies", set())
        if not waiting and self:
            self.env.cr.precommit.add(self.env["crm.service.sla.policy"]._sla_after_change)
        waiting.update(self.ids)

    @api.model
    def _sla_after_change(self):
        ids = self.env.cr.precommit.data.pop("crm_sla_policies", ())
        # sudo: what is promised follows the policy in all companies
        requests = self.env["crm.service.request"].sudo().with_context(active_test=False)
        domain = [("sla_policy_id", "in", list(ids)), ("is_closed", "=", False)]
        requests.search(domain)._sla_reassign()

    # Plain data for the tools

    @api.model
    @tools.ormcache()
    def _catalog(self):
        """Ranked plain policies, and ``{target id: marks}``; the same for everybody."""
        # sudo: which policy applies does not depend on who asks
        policies = self.sudo().search([("active", "=", True)])
        plain = tuple(sla_policy.ranked([policy._as_plain() for policy in policies]))
        marks = {t.id: t.marks(policy.steps) for policy in plain for t in policy.targets}
        return plain, marks

    def _as_plain(self):
        tiers = [tier for tier, _label in TIERS if self[f"tier_{tier.lower()}"]]
        return sla_policy.Policy(
            id=self._origin.id,
            sequence=self.sequence,
            valid_from=self.valid_from or None,
            valid_to=self.valid_to or None,
            company=self.company_id.id or 0,
            teams=frozenset(self.team_ids.ids),
            types=frozenset(self.type_ids.ids),
            severity=self.severity or "",
            priority=self.priority or "",
            tiers=frozenset(tiers),
            contract=(self.contract_level or "").strip(),
            targets=tuple(target._as_plain() for target in self.target_ids),
            steps=tuple(step._as_plain() for step in self.step_ids),
        )
