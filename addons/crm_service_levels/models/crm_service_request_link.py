from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: How *request* stands to *other*: it is its parent, it is a duplicate of it, both belong together.
KINDS = [("parent", "Is the parent of"), ("duplicate", "Duplicates"), ("related", "Related to")]


class CrmServiceRequestLink(models.Model):
    """Two requests that belong together; stored once, seen from both sides (SVC-L1)."""

    _name = "crm.service.request.link"
    _description = "Link between service requests"
    _order = "kind, id"
    _rec_name = "kind"

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(KINDS, required=True, default="related")
    other_id = fields.Many2one(
        "crm.service.request", "Other request", required=True, ondelete="cascade", index=True
    )

    _two = models.Constraint(
        "CHECK(request_id <> other_id)", "A request cannot be linked to itself."
    )
    _once = models.UniqueIndex(
        "(LEAST(request_id, other_id), GREATEST(request_id, other_id))",
        "These two requests are linked already.",
    )

    @api.constrains("request_id", "other_id", "kind")
    def _check_no_circle(self):
        """A request is not above itself, nor a duplicate of its own duplicate."""
        for link in self:
            if link.kind != "related" and link._leads_back():
                raise ValidationError(
                    self.env._("This link would lead from a request back to itself.")
                )

    def _leads_back(self):
        """True when links of this kind lead on from its end to its beginning; one query a step."""
        seen, step = set(), set(self.other_id.ids)
        while step:
            if self.request_id.id in step:
                return True
            seen |= step
            links = self.search([("request_id", "in", list(step)), ("kind", "=", self.kind)])
            step = set(links.other_id.ids) - seen
        return False
