from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..report import call_dashboard as page
from . import crm_call_dashboard as dashboard

SUPERVISOR = "crm_callcenter.group_call_supervisor"
#: name of the tile: code of the figure of the dashboard
FIGURES = {
    "offered": "offered",
    "level": "level_offered",
    "abandoned": "abandoned",
    "first_contact": "first_contact",
}
SHARES = FIGURES.keys() - {"offered"}


class DigestDigest(models.Model):
    """Figures of the call center in the periodic mail (CC-8), the same as on the dashboard."""

    _inherit = "digest.digest"

    kpi_call_offered = fields.Boolean("Calls offered")
    kpi_call_offered_value = fields.Integer(
        "Calls offered: figure", compute="_compute_kpi_call_offered_value"
    )
    kpi_call_level = fields.Boolean("Service level of calls (%)")
    kpi_call_level_value = fields.Float(
        "Service level of calls: figure", compute="_compute_kpi_call_level_value"
    )
    kpi_call_abandoned = fields.Boolean("Abandoned calls (%)")
    kpi_call_abandoned_value = fields.Float(
        "Abandoned calls: figure", compute="_compute_kpi_call_abandoned_value"
    )
    kpi_call_first_contact = fields.Boolean("Calls solved at the first contact (%)")
    kpi_call_first_contact_value = fields.Float(
        "Solved at the first contact: figure", compute="_compute_kpi_call_first_contact_value"
    )

    def _compute_kpi_call_offered_value(self):
        self._compute_call_figure("offered")

    def _compute_kpi_call_level_value(self):
        self._compute_call_figure("level")

    def _compute_kpi_call_abandoned_value(self):
        self._compute_call_figure("abandoned")

    def _compute_kpi_call_first_contact_value(self):
        self._compute_call_figure("first_contact")

    def _compute_call_figure(self, name):
        for digest in self:
            found = digest._call_figures(digest.company_id or self.env.company)
            digest[f"kpi_call_{name}_value"] = found[name] or 0

    def _call_figures(self, company):
        """``{tile: figure}`` of incoming calls of the context's period; ``None``: not known.

        Shares are in percent.

        :raises AccessError: no supervisor, which leaves the tile out of his mail
        """
        if not self.env.user.has_group(SUPERVISOR):
            raise AccessError(self.env._("Figures of calls are for supervisors."))
        row = self.env["crm.call.interval"]._read_group(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "inbound"),
                ("start", ">=", _utc(self.env.context["start_datetime"])),
                ("start", "<", _utc(self.env.context["end_datetime"])),
            ],
            aggregates=[f"{name}:sum" for name in dashboard.SUMS],
        )[0]
        sums = {name: value or 0 for name, value in zip(dashboard.SUMS, row, strict=True)}
        found = page.values(sums, dict.fromkeys(dashboard.TIMES, 0))
        return {name: _percent(name, found[code]) for name, code in FIGURES.items()}

    def _compute_kpis(self, company, user):
        """Where nothing is known, that is said: no calls are not 0 %."""
        kpis = super()._compute_kpis(company, user)
        shown = {f"kpi_call_{name}": name for name in SHARES}
        tiles = [kpi for kpi in kpis if kpi["kpi_name"] in shown]
        for column, (_name, (now, _before)) in enumerate(self._compute_timeframes(company), 1):
            digest = self.with_context(start_datetime=now[0], end_datetime=now[1])
            of = self.company_id or company
            found = tiles and digest.with_user(user).with_company(company)._call_figures(of)
            for kpi in tiles:
                if found[shown[kpi["kpi_name"]]] is None:
                    kpi[f"kpi_col{column}"].update(value=self.env._("Not known"), margin=0)
        return kpis

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm_callcenter.menu_call_root").id
        target = f"crm_callcenter.crm_call_dashboard_action?menu_id={menu}"
        return {**actions, **{f"kpi_call_{name}": target for name in FIGURES}}

    @api.model
    def _subscribe_call_supervisors(self):
        """Who supervises when the addon comes gets the daily report; all can unsubscribe."""
        digest = self.env.ref("crm_callcenter.digest_call_daily", raise_if_not_found=False)
        if digest:
            users = self.env.ref(SUPERVISOR).all_user_ids.filtered(lambda one: not one.share)
            digest._action_subscribe_users(users)


def _percent(name, value):
    return 100 * value if name in SHARES and value is not None else value


def _utc(moment):
    """As moments are kept: UTC, naive."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
