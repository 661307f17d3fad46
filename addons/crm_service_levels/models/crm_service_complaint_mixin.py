from odoo import api, fields, models
from odoo.fields import Domain


class CrmServiceComplaintMixin(models.AbstractModel):
    """The part of a request that makes and follows its complaint (SVC-C).

    Suggestions are a nature of their own: they make no complaint.
    """

    _name = "crm.service.complaint.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Complaint of a service request"

    complaint_ids = fields.One2many(
        "crm.service.complaint", "request_id", readonly=True, copy=False
    )
    complaint_id = fields.Many2one(
        "crm.service.complaint", "The complaint", compute="_compute_complaint_id"
    )
    complaint_steps = fields.Json("Nine steps", compute="_compute_complaint_id")
    complaint_state = fields.Char(compute="_compute_complaint_id")

    @api.depends("complaint_ids.state", "complaint_ids.step_list")
    def _compute_complaint_id(self):
        for request in self:
            complaint = request.complaint_ids[:1]
            request.complaint_id = complaint
            request.complaint_state = complaint.state
            request.complaint_steps = complaint.step_list or False

    def _service_created(self):
        res = super()._service_created()
        self._open_complaints()
        return res

    def _service_changed(self, before):
        res = super()._service_changed(before)
        self._service_was(before, "type_id")._follow_nature()
        return res

    def _open_complaints(self):
        found = self.filtered(lambda request: request.nature == "complaint")
        if found:
            self.env["crm.service.complaint"]._open_for(found)

    def _follow_nature(self):
        """A request that becomes a complaint gets one; one that is none after all is withdrawn."""
        if not self:
            return
        # sudo: the complaint follows the type, whoever may change that
        known = self.env["crm.service.complaint"].sudo().search([("request_id", "in", self.ids)])
        (self - known.request_id)._open_complaints()
        no_more = known.filtered(
            lambda one: one.state == "open" and one.request_id.nature != "complaint"
        )
        again = known.filtered(
            lambda one: one.state == "withdrawn" and one.request_id.nature == "complaint"
        )
        no_more._set({"state": "withdrawn"})
        again._set({"state": "open"})

    def _service_answered(self, when):
        res = super()._service_answered(when)
        domain = Domain("request_id", "in", self.ids) & Domain("state", "=", "open")
        domain &= Domain("step_code", "=", "reply") & Domain("replied_on", "=", False)
        # sudo: a squad member who answers may not write the complaint itself
        self.env["crm.service.complaint"].sudo().search(domain)._set({"replied_on": when})
        return res

    def _service_merged(self, target):
        """Complaints of merged requests go on with *target*'s, or with *target* without one."""
        res = super()._service_merged(target)
        # sudo: what is moved belongs to requests that the user may write
        complaints = self.env["crm.service.complaint"].sudo()
        found = complaints.search([("request_id", "in", (self | target).ids)], order="id")
        own = found.filtered(lambda one: one.request_id == target)
        if found and not own:
            own = found[0]
            own._set({"request_id": target.id})
        (found - own).filtered(lambda one: one.state == "open")._set({"state": "withdrawn"})
        return res

    def action_open_complaint(self):
        """The guided form of the complaint."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaint"),
            "res_model": "crm.service.complaint",
            "res_id": self.complaint_id.id,
            "view_mode": "form",
        }
