from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: Readings that one call may bring.
MOST = 10_000


class CrmUsageReading(models.Model):
    """What a customer used of a contract until a day: entered, imported or sent (C360-7).

    ``quantity`` is the use of the period that ends on ``date``, in the contract's unit.
    """

    _name = "crm.usage.reading"
    _description = "Usage reading"
    _order = "date desc, id desc"
    _rec_name = "date"
    contract_id = fields.Many2one(
        "crm.customer.contract", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="contract_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    date = fields.Date(
        "Last day", required=True, default=fields.Date.context_today, help="Of the period read."
    )
    quantity = fields.Float(
        required=True, digits=(16, 3), help="Use in the period that ends on this day."
    )
    unit = fields.Char(related="contract_id.usage_unit")

    _contract_date_uniq = models.UniqueIndex(
        "(contract_id, date)", "The contract has a reading of this day already."
    )
    _quantity_not_negative = models.Constraint("CHECK(quantity >= 0)", "A use cannot be negative.")

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        if any(reading.date > today for reading in self):
            raise ValidationError(self.env._("A reading cannot lie in the future."))

    # -- remote calls --------------------------------------------------------------------------

    @api.model
    def record_usage(self, readings):
        """Take readings from another system; all of them or, if one is wrong, none.

        The same reading again changes nothing, another quantity of the same day corrects it.

        :param readings: ``[{"contract": number, "date": "YYYY-MM-DD", "quantity": number}]``
        :return: ``{"created": n, "corrected": n, "unchanged": n}``
        :raises UserError: naming each wrong row and why
        """
        if not self.has_access("create"):
            raise AccessError(self.env._("You may not record usage."))
        rows = self._checked(readings)
        found = {(row.contract_id.id, row.date): row for row in self._existing(rows)}
        new = [row for row in rows if (row["contract_id"], row["date"]) not in found]
        corrected = 0
        for row in rows:
            reading = found.get((row["contract_id"], row["date"]))
            if reading and reading.quantity != row["quantity"]:
                reading.quantity = row["quantity"]
                corrected += 1
        self.create(new)
        unchanged = len(rows) - len(new) - corrected
        return {"created": len(new), "corrected": corrected, "unchanged": unchanged}

    def _existing(self, rows):
        return self.search(
            [
                ("contract_id", "in", [row["contract_id"] for row in rows]),
                ("date", "in", [row["date"] for row in rows]),
            ]
        )

    def _checked(self, readings):
        if not isinstance(readings, list) or len(readings) > MOST:
            raise UserError(self.env._("Send a list of at most %(most)s readings.", most=MOST))
        contracts = self._contracts(readings)
        rows, problems = {}, []
        for place, reading in enumerate(readings, 1):
            row = self._row(reading, contracts)
            if isinstance(row, str):
                problems.append(self.env._("Row %(row)s: %(problem)s", row=place, problem=row))
            else:
                rows[row["contract_id"], row["date"]] = row  # the last of equals wins
        if problems:
            raise UserError("\n".join([self.env._("Nothing was recorded."), *problems]))
        return list(rows.values())

    def _contracts(self, readings):
        numbers = [
            str(row["contract"]) for row in readings if isinstance(row, dict) and "contract" in row
        ]
        found = self.env["crm.customer.contract"].search(
            [("number", "in", numbers), ("company_id", "=", self.env.company.id)]
        )
        return {contract.number: contract.id for contract in found}

    def _row(self, reading, contracts):
        """Values of one reading, or the words for what is wrong with it."""
        if not isinstance(reading, dict) or not {"contract", "date", "quantity"} <= set(reading):
            return self.env._("needs contract, date and quantity")
        contract_id = contracts.get(str(reading["contract"]))
        if not contract_id:
            return self.env._(
                "%(company)s has no contract %(number)s that you may see",
                company=self.env.company.name,
                number=reading["contract"],
            )
        try:
            day, quantity = fields.Date.to_date(reading["date"]), float(reading["quantity"])
        except (TypeError, ValueError):
            return self.env._("date or quantity cannot be read")
        if not day or day > fields.Date.context_today(self):
            return self.env._("the day is missing or lies in the future")
        if not 0 <= quantity < float("inf"):
            return self.env._("the quantity is negative or no number")
        return {"contract_id": contract_id, "date": day, "quantity": quantity}
