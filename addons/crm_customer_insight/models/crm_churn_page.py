from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import date_utils, format_date

from ..tools import churn as tool
from ..tools import survival
from .crm_customer_churn import BANDS
from .crm_customer_snapshot import TIERS

#: Months of the rates; a wave is measured against the same months.
MONTHS = 24
#: Customers from which on a survival curve is drawn.
MIN_CUSTOMERS = 10
COHORTS = 6
THERE = ("active", "at_risk", "won_back")


class CrmChurnPage(models.AbstractModel):
    """What the page *Churn* shows: rates, waves, survival, reasons, risk × value (ROI-3, ROI-5).

    Everything is counted from the states the viewer may see, so that each figure opens exactly the
    customers it counts.
    """

    _name = "crm.churn.page"
    _description = "Churn page"

    @api.model
    @api.readonly
    def get_churn_page(self):
        """All figures of the page, in a number of queries that does not depend on the data.

        ``domain`` selects the viewer's rows; each part names the further condition of a figure.
        """
        rows = self.env["crm.customer.churn"]
        rows.check_access("read")
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        domain = Domain("company_id", "=", company_id)
        current = domain & Domain("is_current", "=", True)
        summary = self._summary(current)
        page = {"model": rows._name, "domain": list(domain), "summary": summary}
        if not summary:
            return page
        until = fields.Date.to_date(summary["date"])
        since = date_utils.start_of(until, "month") - relativedelta(months=MONTHS - 1)
        recent = domain & Domain("month", ">=", since) & Domain("previous_state", "!=", False)
        months = self._months(recent)
        return {
            **page,
            "months": months,
            "limit": tool.wave_limit([month["rate"] for month in months[:-1]]),
            "cohorts": self._cohort_rates(recent, until),
            "survival": self._survival(current),
            "reasons": self._reasons(recent, until),
            "matrix": self._matrix(current),
            "tiers": [tier for tier, _label in TIERS],
        }

    def _summary(self, current):
        groups = self.env["crm.customer.churn"]._read_group(
            current, ["state"], ["__count", "stake:sum", "date:max", "currency_id:recordset"]
        )
        if not groups:
            return False
        labels = self.env["crm.customer.churn"]._fields["state"]._description_selection(self.env)
        found = {group[0]: group for group in groups}
        return {
            "date": fields.Date.to_string(max(group[3] for group in groups)),
            "currency_id": groups[0][4][:1].id,
            "consolidated": not self.env["crm.customer.snapshot"]._current_company_id(),
            "only_own": not self.env.user.has_group("crm_customer_insight.group_insight_analyst"),
            "states": [
                {"state": state, "label": label, "count": found[state][1] if state in found else 0}
                for state, label in labels
            ],
            "stake": sum(group[2] for state, group in found.items() if state != "lost"),
        }

    # -- rates -----------------------------------------------------------------------------------

    def _months(self, recent):
        """Rates by month and tier; the last month is the current one, so far."""
        groups = self.env["crm.customer.churn"]._read_group(
            recent, ["month:month", "previous_tier", "previous_state", "state"], ["__count"]
        )
        counts = {}
        for month, tier, before, now, number in groups:
            for key in ("all", tier or "none"):
                cell = counts.setdefault(month, {}).setdefault(key, dict.fromkeys(CELL, 0))
                _count(cell, before, now, number)
        months = [self._month(month, counts[month]) for month in sorted(counts)]
        closed = months[:-1]
        for month, wave in zip(
            closed, tool.waves([month["rate"] for month in closed]), strict=True
        ):
            month["wave"] = wave
        return months

    def _month(self, month, cells):
        rated = {key: _rated(cell) for key, cell in cells.items()}
        return {
            "month": fields.Date.to_string(month),
            "label": _month_label(self.env, month),
            **rated.pop("all"),
            "tiers": rated,
            "wave": False,
        }

    def _cohort_rates(self, recent, until):
        """Churn by quarter of the first purchase and month of the last year, with its waves."""
        since = date_utils.start_of(until, "month") - relativedelta(months=11)
        there = recent & Domain("previous_state", "in", THERE) & Domain("month", ">=", since)
        model = self.env["crm.customer.churn"]
        keys = ["first_date:quarter", "month:month"]
        base = {(q, m): n for q, m, n in model._read_group(there, keys, ["__count"])}
        lost_domain = there & Domain("state", "=", "lost")
        lost = {(q, m): n for q, m, n in model._read_group(lost_domain, keys, ["__count"])}
        months = sorted({month for _quarter, month in base})
        return {
            "months": [
                {"month": fields.Date.to_string(month), "label": _month_label(self.env, month)}
                for month in months
            ],
            "rows": [
                self._cohort_row(quarter, months, base, lost)
                for quarter in sorted({quarter for quarter, _month in base})[-12:]
            ],
        }

    def _cohort_row(self, quarter, months, base, lost):
        cells = [(base.get((quarter, month), 0), lost.get((quarter, month), 0)) for month in months]
        rates = [tool.rate(gone, there) for there, gone in cells]
        marks = tool.waves(rates)
        return {
            **self._quarter(quarter),
            "cells": [
                {"base": there, "lost": gone, "rate": rate, "wave": wave}
                for (there, gone), rate, wave in zip(cells, rates, marks, strict=True)
            ],
        }

    def _quarter(self, start):
        end = start + relativedelta(months=3)
        return {
            "label": self.env._(
                "Q%(quarter)s %(year)s", quarter=(start.month + 2) // 3, year=start.year
            ),
            "domain": [
                ("first_date", ">=", fields.Date.to_string(start)),
                ("first_date", "<", fields.Date.to_string(end)),
            ],
        }

    # -- survival --------------------------------------------------------------------------------

    def _survival(self, current):
        """Kaplan–Meier curves of all customers and of the last quarters of first purchase."""
        model = self.env["crm.customer.churn"]
        keys = ["first_date:quarter", "survival_months"]
        groups = [
            (quarter, months, lost, number)
            for lost in (True, False)
            for quarter, months, number in model._read_group(
                current & Domain("survival_lost", "=", lost), keys, ["__count"]
            )
        ]
        quarters = sorted({quarter for quarter, *_rest in groups})
        curves = [self._curve(self.env._("All customers"), [], groups)]
        for quarter in quarters:
            own = [group for group in groups if group[0] == quarter]
            named = self._quarter(quarter)
            curves.append(self._curve(named["label"], named["domain"], own))
        enough = [curve for curve in curves if curve["customers"] >= MIN_CUSTOMERS]
        return [*enough[:1], *enough[1:][-COHORTS:]] if curves[0] in enough else []

    def _curve(self, label, domain, groups):
        points = survival.curve((months, lost, number) for _q, months, lost, number in groups)
        return {
            "label": label,
            "domain": domain,
            "customers": sum(number for *_rest, number in groups),
            "median": survival.median(points),
            "points": [
                {
                    "months": point.time,
                    "at_risk": point.at_risk,
                    "lost": point.lost,
                    "share": point.share,
                    "low": point.low,
                    "high": point.high,
                }
                for point in points
            ],
        }

    # -- reasons, matrix -------------------------------------------------------------------------

    def _reasons(self, recent, until):
        """Why customers were lost in the last twelve months, the most frequent reason first."""
        since = date_utils.start_of(until, "month") - relativedelta(months=11)
        condition = Domain(
            [
                ("month", ">=", since),
                ("previous_state", "in", THERE),
                ("state", "=", "lost"),
            ]
        )
        model = self.env["crm.customer.churn"]
        labels = dict(model._fields["reason_code"]._description_selection(self.env))
        groups = model._read_group(
            recent & condition, ["reason_code", "lost_reason_id"], ["__count"], order="__count DESC"
        )
        total = sum(number for _code, _reason, number in groups)
        return [
            {
                "label": f"{labels.get(code, code)}: {reason.sudo().name}"
                # sudo: names of lost reasons are no secret; they stand in the states
                if reason
                else labels.get(code, code),
                "count": number,
                "share": number / total,
                "domain": [
                    *list(condition & Domain("reason_code", "=", code)),
                    ("lost_reason_id", "=", reason.id),
                ],
            }
            for code, reason, number in groups
        ]

    def _matrix(self, current):
        """Customers not lost by risk (highest first) and tier, with the value at stake."""
        cells, upper = [], None
        for band in BANDS:
            condition = Domain("state", "!=", "lost") & Domain("risk", ">=", band)
            if upper is not None:
                condition &= Domain("risk", "<", upper)
            groups = self.env["crm.customer.churn"]._read_group(
                current & condition, ["tier"], ["__count", "stake:sum", "value:sum"]
            )
            cells += [
                {"low": band, "high": upper, "tier": tier, "count": n, "stake": stake, "value": v}
                for tier, n, stake, v in groups
            ]
            upper = band
        return cells


CELL = ("base", "lost", "gone_base", "back")


def _count(cell, before, now, number):
    """Add customers who were there, or gone, at the start of a month to its figures."""
    if before == "lost":
        cell["gone_base"] += number
        cell["back"] += number if now != "lost" else 0
    else:
        cell["base"] += number
        cell["lost"] += number if now == "lost" else 0


def _rated(cell):
    return {
        **cell,
        "rate": tool.rate(cell["lost"], cell["base"]),
        "back_rate": tool.rate(cell["back"], cell["gone_base"]),
    }


def _month_label(env, month):
    """A month in the user's language: Nov 2026."""
    return format_date(env, month, date_format="MMM yyyy")
