import math

from odoo import api, fields, models
from odoo.tools import SQL

from ..report import product_quality as sql
from ..tools import quality_signal as rules
from ..tools.analysis import NotEnoughDataError
from .report_fields import KnownFloat

LOOK_INTO_IT = "mail.mail_activity_data_todo"
FIGURES = (
    "event_count", "sold", "event_count_before", "sold_before", "rate", "rate_before", "ratio",
    "p_value", "chance", "verdict",
)  # fmt: skip


class CrmProductQuality(models.Model):
    """What happens to a product after the sale, against its own earlier level (C360-5).

    One row per product, company, kind of event and month. Recent are the last 90 days up to the
    data date, before the 365 days before them. A signal is a rate per 1,000 units sold that rose
    significantly; whoever buys or makes the product takes it over.
    """

    _name = "crm.product.quality"
    _description = "Product quality"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "is_signal desc, chance, id"
    _rec_name = "product_id"

    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade", index=True
    )
    categ_id = fields.Many2one(related="product_id.categ_id", string="Category")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(
        [("return", "Returns"), ("complaint", "Complaints")], required=True, readonly=True,
        help="Returns: credit notes that name the product. Complaints: requests about it.",
    )  # fmt: skip
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    event_count = fields.Integer("Events", readonly=True, help="In the last 90 days.")
    sold = fields.Float("Units sold", readonly=True, help="Invoiced in the last 90 days.")
    event_count_before = fields.Integer(
        "Events before", readonly=True, help="In the 365 days before the last 90."
    )
    sold_before = fields.Float("Units sold before", readonly=True)
    rate = KnownFloat(
        "Per 1,000 sold", readonly=True, aggregator=None, help="Events ÷ units sold × 1,000."
    )
    rate_before = KnownFloat("Per 1,000 before", readonly=True, aggregator=None)
    ratio = KnownFloat(
        "Times as often", readonly=True, aggregator=None,
        help="Rate now ÷ rate before; empty where nothing happened before.",
    )  # fmt: skip
    p_value = KnownFloat(
        "Probability by chance", readonly=True, aggregator=None, digits=(8, 6),
        help="Chance of so many events if the rate had not changed (exact test of two Poisson "
        "rates).",
    )  # fmt: skip
    chance = KnownFloat(
        "Adjusted probability", readonly=True, aggregator=None, digits=(8, 6),
        help="For the number of products looked at (Benjamini and Hochberg); a signal up to 0.05.",
    )  # fmt: skip
    verdict = fields.Selection(
        [("worse", "Worse than before"), ("same", "As before"), ("unknown", "Not enough data")],
        readonly=True,
        help="Not enough data: fewer than 5 events, or fewer than 20 units sold in one of the "
        "periods. Worse: adjusted probability up to 0.05, and 1.5 times as often or more.",
    )  # fmt: skip
    is_signal = fields.Boolean("Signal", readonly=True)
    state = fields.Selection(
        [("none", "No signal"), ("new", "New"), ("taken", "Taken over"), ("closed", "Closed")],
        default="none",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", ondelete="set null",
        help="Who looks after the product; else who is set up for quality signals.",
    )  # fmt: skip
    conclusion = fields.Char(help="What came of it.")

    _product_month_uniq = models.UniqueIndex("(product_id, company_id, kind, month)")

    # -- calculation ---------------------------------------------------------------------------

    @api.model
    def _quality_sources(self):
        """SQL of ``(kind, product_id, company_id, date, event)``; extended by ``super()``."""
        return [sql.credit_notes(self.env)]

    @api.model
    def _recalculate(self, run):
        """Compare all products with their own past and raise signals."""
        self.env.flush_all()
        today = self.env["crm.customer.snapshot"]._data_date()
        rows = sql.counts(self.env, self._quality_sources(), today)
        if not rows:
            raise NotEnoughDataError(
                self.env._("Nothing was returned or complained about in the last 15 months.")
            )
        run._tell(1, 3)
        values = [
            self._values(row, *found) for row, found in zip(rows, self._judge(rows), strict=True)
        ]
        written = self._write_rows(values, today)
        run._tell(2, 3)
        self.search([("is_current", "=", True), ("is_signal", "=", True)])._raise_signals()
        return written

    def _judge(self, rows):
        columns = list(zip(*rows, strict=True))
        found = rules.verdicts(*(columns[place] for place in (3, 4, 5, 6)))
        return list(zip(*(part.tolist() for part in found), strict=True))

    def _values(self, row, verdict, p_value, chance, ratio):
        product, company, kind, events, sold, before, sold_before = row
        return {
            "product_id": product,
            "company_id": company,
            "kind": kind,
            "event_count": events,
            "sold": sold,
            "event_count_before": before,
            "sold_before": sold_before,
            "rate": 1000 * events / sold if sold else None,
            "rate_before": 1000 * before / sold_before if sold_before else None,
            "ratio": ratio if math.isfinite(ratio) else None,
            "p_value": None if math.isnan(p_value) else p_value,
            "chance": None if math.isnan(chance) else chance,
            "verdict": verdict,
        }

    def _write_rows(self, values, today):
        """Rows of the month are written anew; what people decided stays with them."""
        cr = self.env.cr
        month = today.replace(day=1)
        cr.execute(SQL("UPDATE crm_product_quality SET is_current = FALSE WHERE is_current"))
        names = ("product_id", "company_id", "kind", *FIGURES)
        rows = [tuple(row[name] for name in names) for row in values]
        for start in range(0, len(rows), 1000):
            cr.execute(self._upsert(names, rows[start : start + 1000], month, today))
        cr.execute(
            SQL("DELETE FROM crm_product_quality WHERE month = %s AND NOT is_current", month)
        )
        cr.execute(self._carry_over(month))
        self.env.invalidate_all()
        return len(rows)

    def _upsert(self, names, rows, month, today):
        columns = [SQL.identifier(name) for name in names]
        return SQL(
            """INSERT INTO crm_product_quality
                (%(names)s, month, date, is_current, is_signal, state, create_date, write_date)
            SELECT %(cast)s, %(month)s, %(date)s, TRUE, verdict = 'worse', 'none',
                now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
            FROM (VALUES %(rows)s) AS v (%(names)s)
            ON CONFLICT (product_id, company_id, kind, month) DO UPDATE SET
                date = EXCLUDED.date, is_current = TRUE, is_signal = EXCLUDED.is_signal,
                %(updates)s""",
            names=SQL(", ").join(columns),
            cast=SQL(", ").join(
                SQL("%s::float", SQL.identifier(name))
                if isinstance(self._fields[name], fields.Float)
                else SQL.identifier(name)
                for name in names
            ),
            month=month,
            date=today,
            rows=SQL(", ").join(SQL("%s", row) for row in rows),
            updates=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in FIGURES
            ),
        )

    def _carry_over(self, month):
        """A signal that goes on is the one of the month before: same state, same person."""
        return SQL(
            """UPDATE crm_product_quality q SET state = last.state, user_id = last.user_id,
                conclusion = last.conclusion
            FROM (SELECT DISTINCT ON (product_id, company_id, kind) * FROM crm_product_quality
                WHERE month < %(month)s ORDER BY product_id, company_id, kind, month DESC) last
            WHERE q.month = %(month)s AND q.is_signal AND q.state = 'none' AND last.is_signal
                AND last.state <> 'none'
                AND (q.product_id, q.company_id, q.kind)
                    = (last.product_id, last.company_id, last.kind)""",
            month=month,
        )

    # -- signals -------------------------------------------------------------------------------

    def _raise_signals(self):
        """New signals get a responsible person and one activity; known ones none."""
        for signal in self.filtered(lambda one: one.state == "none"):
            user = signal._responsible()
            signal.write({"state": "new", "user_id": user.id})
            if user:
                signal.activity_schedule(
                    LOOK_INTO_IT,
                    summary=self.env._("Quality signal: look into it"),
                    note=signal._words(),
                    user_id=user.id,
                )

    def _responsible(self):
        """The buyer of its first vendor or who is responsible for the product, if Odoo knows one;
        else who looks after its category."""
        product = self.product_id.with_company(self.company_id)
        vendor = product.seller_ids[:1].partner_id if "seller_ids" in product._fields else None
        for record, name in ((product, "responsible_id"), (vendor, "buyer_id")):
            if record and name in record._fields and record[name]:
                return record[name]
        return product.categ_id._quality_responsible()

    def _words(self):
        return self.env._(
            "%(now)s per 1,000 sold in the last 90 days, %(before)s in the year before.",
            now=round(self.rate or 0, 1),
            before=round(self.rate_before or 0, 1),
        )

    def action_take_over(self):
        """I look into it."""
        self.write({"state": "taken", "user_id": self.env.uid})

    def action_close(self):
        """It is dealt with; the activity is done."""
        self.write({"state": "closed"})
        self.activity_feedback(
            [LOOK_INTO_IT], feedback=" ".join(filter(None, self.mapped("conclusion")))
        )

    def action_open_documents(self):
        """What the figures count: credit notes, or what an addon knows."""
        self.ensure_one()
        self.check_access("read")
        return self._documents_action()

    def _documents_action(self):
        """Window with the credit notes; extended by ``super()`` for other kinds."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit notes of %(product)s", product=self.product_id.display_name),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
                ("invoice_line_ids.product_id", "=", self.product_id.id),
            ],
            "context": {"create": False},
        }
