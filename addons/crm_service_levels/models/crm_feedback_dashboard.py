from dataclasses import asdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import feedback

#: What figures can be broken down by; ``False``: requests have no such column.
DIMENSIONS = {
    "team_id": "team_id",
    "type_id": "type_id",
    "product_id": "product_id",
    "level": False,
    "sla_met": False,
    "source": False,
}
MOST_GROUPS = 20

SUMS = """
SELECT %s AS grp, COUNT(*) AS answers, COUNT(*) FILTER (WHERE has_score) AS scores,
    COALESCE(SUM(score) FILTER (WHERE has_score), 0) AS score_sum,
    COALESCE(SUM(score * score) FILTER (WHERE has_score), 0) AS score_squares,
    COUNT(*) FILTER (WHERE nps_group = 'promoter') AS promoters,
    COUNT(*) FILTER (WHERE nps_group = 'passive') AS passives,
    COUNT(*) FILTER (WHERE nps_group = 'detractor') AS detractors,
    COUNT(*) FILTER (WHERE csat > 0) AS csats, COUNT(*) FILTER (WHERE csat >= 4) AS csat_hits,
    COUNT(*) FILTER (WHERE ces > 0) AS cess, COALESCE(SUM(ces), 0) AS ces_sum,
    COALESCE(SUM(ces * ces), 0) AS ces_squares,
    COUNT(*) FILTER (WHERE ratio > 0) AS ratios, COALESCE(SUM(ratio), 0) AS ratio_sum,
    COALESCE(SUM(ratio * ratio), 0) AS ratio_squares
FROM crm_feedback_answer WHERE id IN %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


ASPECTS = """
SELECT l.aspect_id AS id, COUNT(*) AS count, SUM(l.place) AS total,
    SUM(l.place * l.place) AS squares
FROM crm_feedback_answer_line l JOIN crm_feedback_aspect a ON a.id = l.aspect_id
WHERE a.kind <> 'words' AND l.id IN %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""
MOST_ASPECTS = 12


class CrmFeedbackDashboard(models.AbstractModel):
    """Satisfaction at a glance: every figure with its interval and its answers (SVC-L5, SVC-F).

    Figures are of what the reader may see. Below five answers there is no figure.
    """

    _name = "crm.feedback.dashboard"
    _description = "Satisfaction dashboard"

    @api.model
    @api.readonly
    def get_feedback_dashboard(self, months=3, dimension="team_id"):
        """Figures of the last *months* months, broken down by *dimension*.

        :return: ``{"figures", "trend", "groups", "aspects", "themes", "loops", "causes",
            "customers", "domain", "dimension", "may_educate"}``; a figure is
            ``{value, low, high, count}``
        :raise AccessError: without a role in the service
        """
        if not self.env.user.has_group("crm_service_levels.group_service_user"):
            raise AccessError(self.env._("Satisfaction is for service staff."))
        months = min(max(int(months), 1), 60)
        dimension = dimension if dimension in DIMENSIONS else "team_id"
        since = fields.Datetime.now() - relativedelta(months=months)
        domain = [("date", ">=", fields.Datetime.to_string(since))]
        return {
            "figures": self._overall(domain, since),
            "trend": self._trend(months),
            "groups": self._groups(domain, since, dimension),
            "aspects": self._aspects(domain),
            "themes": self._themes(domain),
            "loops": self._loops(),
            "causes": self._causes(since),
            "customers": self._customers(since),
            "domain": domain,
            "since": fields.Datetime.to_string(since),
            "may_educate": self.env["crm.service.education"].has_access("create"),
            "dimension": dimension,
        }

    # Figures

    def _sums(self, domain, column, limit=MOST_GROUPS):
        answers = self.env["crm.feedback.answer"]
        answers.flush_model()
        seen = answers._search(domain).subselect()
        return self.env.execute_query_dict(SQL(SUMS, column, seen, limit))

    @staticmethod
    def _figures(row):
        """Figures from the sums of one group."""
        found = {
            "score": feedback.mean_figure(row["scores"], row["score_sum"], row["score_squares"]),
            "nps": feedback.nps_figure(row["promoters"], row["passives"], row["detractors"]),
            "csat": feedback.share_figure(row["csat_hits"], row["csats"]),
            "ces": feedback.mean_figure(row["cess"], row["ces_sum"], row["ces_squares"]),
            "ratio": feedback.mean_figure(row["ratios"], row["ratio_sum"], row["ratio_squares"]),
        }
        return {name: asdict(figure) for name, figure in found.items()}

    def _overall(self, domain, since):
        rows = self._sums(domain, SQL("1"))
        if not rows:
            return {"answers": 0}
        figures = {"answers": rows[0]["answers"], **self._figures(rows[0])}
        known = self._calibration(since).get("all")
        figures["calibrated"] = self._calibrated(figures["score"], known)
        return figures

    @staticmethod
    def _calibrated(score, counts):
        """Score and the ends of its interval, each by what customers did."""
        ends = ("value", "low", "high")
        found = {end: counts and feedback.calibrated(score[end], *counts) for end in ends}
        return {**found, "count": score["count"]}

    def _calibration(self, since, column=None):
        """(valid complaints, returns and repairs, closed requests) by group, or of all."""
        requests = self.env["crm.service.request"]
        closed = Domain("date_solved", ">=", since) & Domain("state", "!=", "cancelled")
        groups = [column] if column else []
        parts = [
            requests._feedback_complaint_domain(),
            requests._feedback_return_domain(),
            Domain.TRUE,
        ]
        counts = {}
        for place, part in enumerate(parts):
            for row in requests._read_group(closed & part, groups, ["__count"]):
                key = row[0].id if column else "all"
                counts.setdefault(key, [0, 0, 0])[place] = row[-1]
        return counts

    def _trend(self, months):
        first = fields.Datetime.now() - relativedelta(months=max(months, 12))
        column = SQL("to_char(date, 'YYYY-MM')")
        rows = self._sums([("date", ">=", first)], column, limit=None)
        return [
            {"month": row["grp"], **self._figures(row)}
            for row in sorted(rows, key=lambda row: row["grp"])
        ]

    def _groups(self, domain, since, dimension):
        answers = self.env["crm.feedback.answer"]
        rows = self._sums([*domain, (dimension, "!=", False)], SQL.identifier(dimension))
        names = self._names(answers._fields[dimension], [row["grp"] for row in rows])
        column = DIMENSIONS[dimension]
        counts = self._calibration(since, column) if column else {}
        found = []
        for row in rows:
            figures = self._figures(row)
            figures["calibrated"] = self._calibrated(figures["score"], counts.get(row["grp"]))
            found.append(
                {
                    "id": row["grp"],
                    "name": names.get(row["grp"], ""),
                    "answers": row["answers"],
                    **figures,
                }
            )
        return found

    def _names(self, field, keys):
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        # sudo: names of products are shown to service staff without a right to products
        records = self.env[field.comodel_name].sudo().browse(keys)
        return {record.id: record.display_name for record in records}

    def _aspects(self, domain):
        lines = self.env["crm.feedback.answer.line"]
        lines.flush_model()
        seen = lines._search(domain).subselect()
        rows = self.env.execute_query_dict(SQL(ASPECTS, seen, MOST_ASPECTS))
        aspects = self.env["crm.feedback.aspect"].browse(row["id"] for row in rows)
        return [
            {
                "id": aspect.id,
                "name": aspect.label,
                **asdict(feedback.mean_figure(row["count"], row["total"], row["squares"])),
            }
            for aspect, row in zip(aspects, rows, strict=True)
        ]

    def _themes(self, domain):
        rows = self.env["crm.feedback.answer"]._read_group(
            [*domain, ("theme_ids", "!=", False)],
            ["theme_ids"],
            ["__count"],
            order="__count DESC",
            limit=12,
        )
        return [{"id": theme.id, "name": theme.name, "count": count} for theme, count in rows]

    def _loops(self):
        loops = self.env["crm.feedback.loop"]
        return {
            "open": loops.search_count([("state", "in", ("open", "contacted"))]),
            "late": loops.search_count([("is_late", "=", True)]),
            "won": loops.search_count([("state", "=", "won")]),
            "lost": loops.search_count([("state", "=", "lost")]),
        }

    # What comes back

    def _causes(self, since):
        """Pareto of causes: most frequent first, with the share they make up together."""
        rows = self.env["crm.service.request"]._read_group(
            [("date_open", ">=", since), ("cause_id", "!=", False), ("state", "!=", "cancelled")],
            ["cause_id"],
            ["__count"],
            order="__count DESC",
        )
        total, running, found = sum(count for _cause, count in rows), 0, []
        for cause, count in rows[:10]:
            running += count
            found.append(
                {
                    "id": cause.id,
                    "name": cause.display_name,
                    "count": count,
                    "together": 100 * running / total,
                }
            )
        return found

    def _customers(self, since):
        rows = self.env["crm.service.request"]._read_group(
            [
                ("date_open", ">=", since),
                ("commercial_partner_id", "!=", False),
                ("state", "!=", "cancelled"),
            ],
            ["commercial_partner_id"],
            ["__count"],
            order="__count DESC",
            limit=10,
        )
        return [{"id": who.id, "name": who.display_name, "count": count} for who, count in rows]
