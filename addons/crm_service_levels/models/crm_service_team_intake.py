from odoo import fields, models

FILES = 20
MEGABYTES = 25
REOPEN_DAYS = 14


class CrmServiceTeam(models.Model):
    """What a team does with mail that comes in (SVC-L1)."""

    _inherit = "crm.service.team"

    acknowledge = fields.Boolean(
        "Acknowledge mail",
        default=True,
        help="Who opens a request by mail gets an answer with its number, once.",
    )
    reopen_days = fields.Integer(
        "Reopen within (days)",
        default=REOPEN_DAYS,
        help="An answer to a request closed longer ago opens a follow-up instead.",
    )
    mail_files = fields.Integer(
        "Files per mail", default=FILES, help="Further files are refused, and a note says which."
    )
    mail_megabytes = fields.Integer(
        "Largest file (MB)",
        default=MEGABYTES,
        help="Larger files are refused, and a note says which.",
    )

    _intake_positive = models.Constraint(
        "CHECK(reopen_days >= 0 AND mail_files >= 0 AND mail_megabytes >= 0)",
        "Days and limits cannot be negative.",
    )

    def _mail_limits(self):
        """``(most files, largest in bytes)``; without a team what a new team has."""
        files, megabytes = (self.mail_files, self.mail_megabytes) if self else (FILES, MEGABYTES)
        return files, megabytes * 1024 * 1024

    def _reopen_within(self):
        return self.reopen_days if self else REOPEN_DAYS
