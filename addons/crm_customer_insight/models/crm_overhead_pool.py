from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import date_utils

from ..tools import allocation


class CrmOverheadPool(models.Model):
    """Overhead of a period to be shared among the customers by a key (ROI-2, ROI-3).

    The amount is split evenly over its months, and each month's part among the customers of the
    month in proportion to the key, exactly to the smallest unit of the currency.
    """

    _name = "crm.overhead.pool"
    _description = "Overhead"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, help="What was spent, for example the trade fair.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        "From month",
        required=True,
        default=lambda self: date_utils.start_of(fields.Date.context_today(self), "month"),
    )
    date_to = fields.Date(
        "To month",
        required=True,
        default=lambda self: date_utils.start_of(fields.Date.context_today(self), "month"),
    )
    amount = fields.Monetary(required=True)
    key = fields.Selection(
        [
            ("revenue", "Revenue"),
            ("orders", "Orders"),
            ("touches", "Cost of contacts"),
            ("equal", "Equal parts"),
        ],
        "Shared by",
        required=True,
        default="revenue",
        help="Revenue: positive revenue of the month. Orders: confirmed orders of the month. Cost "
        "of contacts: direct cost of the month. Equal parts: everybody with revenue or orders.",
    )
    allocated = fields.Monetary(
        readonly=True, help="What the last refresh could share; the rest found no customer."
    )

    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "Overhead cannot be negative.")
    _period_order = models.Constraint(
        "CHECK(date_from <= date_to)", "The period must end after it begins."
    )

    @api.constrains("date_from", "date_to")
    def _check_length(self):
        for pool in self:
            if len(pool._months()) > 120:
                raise ValidationError(self.env._("Share overhead over ten years at most."))

    @api.model_create_multi
    def create(self, vals_list):
        self._mark_reallocation()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - {"allocated", "name"}:
            self._mark_reallocation()
        return super().write(vals)

    def unlink(self):
        self._mark_reallocation()
        return super().unlink()

    @api.model
    def _mark_reallocation(self):
        state = self.env["crm.value.state"]._get()
        if not state.reallocate:
            state.reallocate = True

    def _months(self):
        """Return the first days of the months of the period."""
        self.ensure_one()
        first = date_utils.start_of(self.date_from, "month")
        count = (self.date_to.year - first.year) * 12 + self.date_to.month - first.month + 1
        return [first + relativedelta(months=offset) for offset in range(max(count, 0))]

    def _parts(self):
        """Return ``[(pool, company, month, units, digits, key)]``; units are e.g. cents."""
        parts: list[tuple[int, int, date, int, int, str]] = []
        for pool in self:
            months, digits = pool._months(), pool.currency_id.decimal_places
            amounts = allocation.allocate(pool.amount, [1] * len(months), digits)
            parts += [
                (pool.id, pool.company_id.id, month, int(amount.scaleb(digits)), digits, pool.key)
                for month, amount in zip(months, amounts, strict=True)
            ]
        return parts
