"""Free words about a person's requests in the tables beside the request (GDPR article 17).

What names a contact declares it (``_person_data``). These tables name a request only: what people
wrote there about its customer goes with him; times, amounts, verdicts and owners stay.
"""

from odoo.tools import SQL

#: model: (what it hangs on, columns with words). ``id`` of the request, complaint or approval.
WORDS = {
    "crm.feedback.answer": ("request_id", ("comment", "signed_by")),
    "crm.service.approval": ("request_id", ("reason", "note")),
    "crm.service.collection": ("request_id", ("contact_name", "phone", "address", "note")),
    "crm.service.complaint": (
        "request_id",
        (
            "validity_reason",
            "department_answer",
            "cause_note",
            "solution",
            "execution_note",
            "learning",
            "measure",
            "compensation_note",
            "penalty_note",
        ),
    ),
    "crm.service.effort": ("request_id", ("name",)),
    "crm.service.handover": ("request_id", ("note", "answer")),
    "crm.service.level.span": ("request_id", ("reason",)),
    "crm.service.sla.timer": ("request_id", ("cause_note",)),
    "crm.service.squad.member": ("request_id", ("note",)),
    "crm.feedback.answer.line": ("answer_id", ("text",)),
    "crm.feedback.loop": ("answer_id", ("note",)),
    "crm.service.approval.step": ("approval_id", ("note",)),
    "crm.service.complaint.log": ("complaint_id", ("before", "after")),
    "crm.service.complaint.step": ("complaint_id", ("reason",)),
}
#: The same of machines that a person owned himself.
MACHINE_WORDS = {
    "crm.customer.asset.maintenance": ("note",),
    "crm.customer.asset.move": ("reason",),
    "crm.customer.asset.plan": ("instructions",),
    "crm.customer.asset.reading": ("note",),
    "crm.service.recall.line": ("note",),
}


def erase_requests(env, request_ids):
    """Empty the words of these requests, one statement per table."""
    for name, (link, columns) in WORDS.items():
        model = env[name]
        owner = SQL("%s", tuple(request_ids))
        if link != "request_id":
            parent = env[model._fields[link].comodel_name]
            table = SQL.identifier(parent._table)
            owner = SQL("(SELECT id FROM %s WHERE request_id IN %s)", table, owner)
        _empty(model, columns, SQL("%s IN %s", SQL.identifier(link), owner))


def erase_machines(env, partner_ids):
    """Empty the words of machines whose owner is erased."""
    owned = SQL("(SELECT id FROM crm_customer_asset WHERE partner_id IN %s)", tuple(partner_ids))
    for name, columns in MACHINE_WORDS.items():
        _empty(env[name], columns, SQL("asset_id IN %s", owned))


def _empty(model, columns, rows):
    """Words that are required become empty ones."""
    assignments = [
        SQL("%s = %s", SQL.identifier(name), "" if model._fields[name].required else None)
        for name in columns
    ]
    model.env.cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE %s",
            SQL.identifier(model._table),
            SQL(", ").join(assignments),
            rows,
        )
    )
    model.invalidate_model(columns)
