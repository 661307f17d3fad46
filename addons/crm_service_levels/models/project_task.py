from odoo import api, fields, models

#: States in which a task is done with.
DONE_STATES = ("1_done", "1_canceled")


class ProjectTask(models.Model):
    _inherit = "project.task"

    service_request_id = fields.Many2one(
        "crm.service.request",
        "Service request",
        index="btree_not_null",
        ondelete="cascade",
        help="Request whose squad does this task (SVC-L2).",
    )
    service_handover_ids = fields.One2many("crm.service.handover", "task_id", "Hand-overs")
    service_activity_id = fields.Many2one("mail.activity", "Reminder", ondelete="set null")
    service_reminded_for = fields.Datetime(
        "Reminded of", help="Deadline that the squad member was reminded of."
    )

    def write(self, vals):
        if "date_deadline" in vals and "service_reminded_for" not in vals:
            vals = {**vals, "service_reminded_for": False}  # a new deadline, a new reminder
        return super().write(vals)

    @api.model
    def _cron_squad_reminders(self, limit=500):
        """Remind colleagues of tasks that are due within a day or late: one message per person."""
        soon = fields.Datetime.add(fields.Datetime.now(), days=1)
        tasks = self.search(
            [
                ("service_request_id", "!=", False),
                ("state", "not in", DONE_STATES),
                ("date_deadline", "<=", soon),
                ("user_ids", "!=", False),
                ("service_reminded_for", "=", False),
            ],
            order="date_deadline, id",
            limit=limit,
        )
        for user, own in tasks._by_user().items():
            self.env["crm.service.request"]._squad_remind(user, own)
        for deadline, same in tasks.grouped("date_deadline").items():
            same.service_reminded_for = deadline
        return len(tasks)

    def _by_user(self):
        found = {}
        for task in self:
            for user in task.user_ids.filtered("active"):
                found[user] = found.get(user, self.browse()) | task
        return found
