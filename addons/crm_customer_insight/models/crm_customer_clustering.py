import numpy as np

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..report import segment_features, segments
from ..tools import clusters
from ..tools.analysis import NotEnoughDataError

NAMES = tuple(segment_features.FEATURES)
LOGARITHMIC = tuple(name for name, (_column, log) in segment_features.FEATURES.items() if log)


class CrmCustomerClustering(models.Model):
    """Groups of similar customers found by k-means, kept as segments (ROI-5).

    The segment of a group stays the same from run to run: new centers are matched to the earlier
    ones, so that its history and whoever uses it go on. Everybody who ever bought belongs to one.
    """

    _name = "crm.customer.clustering"
    _description = "Clusters of customers"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    cluster_count = fields.Integer(
        "Number of clusters", help="0: the number from 2 to 8 with the highest silhouette."
    )
    seed = fields.Integer(help="Chance of the first centers; the same seed gives the same groups.")
    use_recency = fields.Boolean("Days since the last purchase", default=True)
    use_frequency = fields.Boolean("Purchases in the window", default=True)
    use_monetary = fields.Boolean("Revenue in the window", default=True)
    use_margin = fields.Boolean("Margin", default=True)
    use_tenure = fields.Boolean("Days since the first purchase")
    use_trend = fields.Boolean("Change of revenue", help="Against the window before.")
    use_categories = fields.Boolean("Product categories bought")

    date = fields.Date("Data date", readonly=True, copy=False)
    customer_count = fields.Integer("Customers", readonly=True, copy=False)
    silhouette = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, 3),
        aggregator=None,
        help="How much nearer customers are to their own group than to the next: 1 is best, 0 says "
        "that the groups run into each other. On a sample of 5,000 customers.",
    )
    silhouette_meaning = fields.Char("What it means", compute="_compute_silhouette_meaning")
    tried = fields.Json(readonly=True, copy=False)
    tried_text = fields.Char("Silhouettes tried", compute="_compute_tried_text")
    constant = fields.Char(
        "Left out", readonly=True, copy=False, help="Features that are the same for everybody."
    )
    problem = fields.Char(readonly=True, copy=False)
    segment_ids = fields.One2many("crm.customer.segment", "clustering_id", "Clusters")

    _count_range = models.Constraint(
        "CHECK(cluster_count = 0 OR cluster_count BETWEEN 2 AND 50)",
        "Choose from 2 to 50 clusters, or 0 for the best number from 2 to 8.",
    )

    @api.constrains(*(f"use_{name}" for name in NAMES))
    def _check_features(self):
        if any(not clustering._features() for clustering in self):
            raise ValidationError(self.env._("Choose a feature at least."))

    @api.depends("silhouette", "date")
    def _compute_silhouette_meaning(self):
        words = {
            "strong": self.env._("Clear groups"),
            "fair": self.env._("Reasonable groups"),
            "weak": self.env._("Weak groups: they run into each other"),
            "none": self.env._("No groups to speak of: treat them with care"),
        }
        for clustering in self:
            text = words[clusters.meaning(clustering.silhouette)]
            clustering.silhouette_meaning = clustering.date and text

    @api.depends("tried")
    def _compute_tried_text(self):
        for clustering in self:
            tried = sorted((clustering.tried or {}).items(), key=lambda item: int(item[0]))
            clustering.tried_text = " · ".join(f"{k}: {value:.3f}" for k, value in tried)

    def action_open_clusters(self):
        """Open the segments of the groups."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.customer.segment",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("clustering_id", "=", self.id)],
        }

    # -- computation ---------------------------------------------------------------------------

    def _features(self):
        return [name for name in NAMES if self[f"use_{name}"]]

    @api.model
    def _recalculate(self, run):
        """Find the groups of each clustering; what is missing is kept with it."""
        self.env.flush_all()
        date = self.env["crm.customer.snapshot"]._data_date()
        found = self.search([("active", "=", True)])
        written = 0
        for place, clustering in enumerate(found):
            run._tell(place, len(found), clustering.name)
            written += clustering._cluster(date)
        if found and all(found.mapped("problem")):
            raise NotEnoughDataError(found[0].problem)
        self.env.invalidate_all()
        return written

    def _cluster(self, date):
        names = self._features()
        columns = segment_features.customers(
            self.env, self.company_id.id, date, categories="categories" in names
        )
        chosen = {
            name: np.array(columns.get(segment_features.FEATURES[name][0], ()), dtype=float)
            for name in names
        }
        try:
            space = clusters.prepare(chosen, LOGARITHMIC)
            found = clusters.find(space.points, self.cluster_count, self.seed)
        except clusters.ClusterError as error:
            self.problem = self._problem_text(error)
            return 0
        self._write_outcome(space, found, date)
        return self._write_members(space, found, columns, date)

    def _problem_text(self, error):
        labels = self._feature_labels()
        match error.kind:
            case "package":
                return self.env._(
                    "Clusters need the Python package “%(package)s” on the server.", **error.details
                )
            case "too_many":
                return self.env._(
                    "%(clusters)s clusters are too many for %(customers)s different customers.",
                    **error.details,
                )
            case "constant":
                names = ", ".join(labels[name] for name in error.details["features"])
                return self.env._("All customers are the same in: %(names)s.", names=names)
        return self.env._(
            "%(customers)s customers bought so far; %(needed)s are needed.", **error.details
        )

    def _feature_labels(self):
        return {name: self._fields[f"use_{name}"]._description_string(self.env) for name in NAMES}

    def _write_outcome(self, space, found, date):
        labels = self._feature_labels()
        self.write(
            {
                "date": date,
                "customer_count": len(found.labels),
                "silhouette": found.silhouette,
                "tried": {str(k): value for k, value in found.tried.items()},
                "constant": ", ".join(labels[name] for name in space.constant) or False,
                "problem": False,
            }
        )

    def _write_members(self, space, found, columns, date):
        """Keep each group as a segment; earlier ones that nobody continues are archived."""
        earlier = self.segment_ids.filtered("centroid")
        places = clusters.match(
            found.centers, np.array([space.place(segment.centroid) for segment in earlier])
        )
        partners, profits = np.array(columns["partner_id"]), np.array(columns["profit"], float)
        recency = np.array(columns["recency"], dtype=float)
        written, kept = 0, self.env["crm.customer.segment"]
        for number, old in enumerate(places):
            inside = found.labels == number
            values = self._segment_values(space, found.centers[number])
            figures = (inside.sum(), profits[inside].sum(), profits.sum(), recency[inside])
            name = values["profile"]
            values["profile"] = self._profile_text(name, *figures)
            segment = self._keep_segment(earlier[old] if old is not None else None, name, values)
            kept |= segment
            rows = SQL("SELECT unnest(%s::int[]) AS partner_id", partners[inside].tolist())
            written += segments.refresh_members(
                self.env, segment.id, self.company_id.id, rows, date
            )
        (earlier - kept).active = False
        return written

    def _keep_segment(self, segment, name, values):
        """The segment of a group: its name stays, for people may have given it one."""
        if segment:
            segment.write({**values, "active": True})
            return segment
        segment = self.env["crm.customer.segment"].create(
            {
                **values,
                "name": name,
                "kind": "cluster",
                "clustering_id": self.id,
                "company_id": self.company_id.id,
                "sequence": 60,
                "color": 6,
            }
        )
        self.env.flush_all()
        return segment

    def _segment_values(self, space, center):
        words = self._words()
        notable = clusters.notable(space.names, center)
        said = [words[name][level] for name, level in notable.items()]
        text = ", ".join(said) or self.env._("close to the average")
        return {"centroid": space.features(center), "profile": text[:1].upper() + text[1:]}

    def _words(self):
        return {
            "recency": {"high": self.env._("bought long ago"), "low": self.env._("bought lately")},
            "frequency": {"high": self.env._("buys often"), "low": self.env._("buys rarely")},
            "monetary": {"high": self.env._("large amounts"), "low": self.env._("small amounts")},
            "margin": {"high": self.env._("high margin"), "low": self.env._("low margin")},
            "tenure": {
                "high": self.env._("long a customer"),
                "low": self.env._("new as a customer"),
            },
            "trend": {
                "high": self.env._("buys more than before"),
                "low": self.env._("buys less than before"),
            },
            "categories": {
                "high": self.env._("many categories"),
                "low": self.env._("few categories"),
            },
        }

    def _profile_text(self, words, size, profit, whole, recency):
        """What sets the group apart, when it last bought, and its share of the profit."""
        last = self.env._(
            "%(words)s; half of them bought in the last %(days)s days",
            words=words,
            days=int(np.median(recency)),
        )
        if whole <= 0:
            return self.env._("%(text)s; %(count)s customers.", text=last, count=int(size))
        return self.env._(
            "%(text)s; %(count)s customers bring %(share)s %% of the profit.",
            text=last,
            count=int(size),
            share=round(100 * profit / whole),
        )
