from odoo import fields, models

from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one


class CrmCustomerSegmentMember(models.Model):
    """A customer's membership of a segment, from the day he was first found to the day he was not.

    Written by the analysis *Segments* alone. Rows without an end are today's members. A segment for
    all companies has its members in each of them, because figures differ from company to company.
    """

    _name = "crm.customer.segment.member"
    _description = "Member of a segment"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best",
        key=("segment_id", "company_id"),
        where="date_to IS NULL",
        order="date_from, id",
    )

    segment_id = BareMany2one("crm.customer.segment", "Segment", required=True, readonly=True)
    partner_id = BareMany2one("res.partner", "Customer", required=True, readonly=True)
    company_id = BareMany2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    date_from = fields.Date("Member since", required=True, readonly=True)
    date_to = fields.Date(
        "Left on", readonly=True, help="First day outside; empty: a member today."
    )

    _current_uniq = models.UniqueIndex("(segment_id, company_id, partner_id) WHERE date_to IS NULL")
    _partner_idx = models.Index("(partner_id, company_id)")
    _dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to > date_from)", "A member leaves after joining."
    )

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()
