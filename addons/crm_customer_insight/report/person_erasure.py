"""Finding and erasing what the declared tables (``_person_data``) hold about a person.

A row belongs to a person by its contact columns or, for somebody who never became a contact, by
address or number. A number that others use as well identifies nobody and is left.
"""

from odoo.tools import SQL


def numbers_of(env, partner_ids):
    """Numbers (E.164) that belong to these contacts alone."""
    return [
        row[0]
        for row in env.execute_query(
            SQL(
                """SELECT e164 FROM crm_contact_number
                    WHERE e164 IN (SELECT e164 FROM crm_contact_number WHERE partner_id = ANY(%s))
                    GROUP BY e164
                   HAVING bool_and(COALESCE(partner_id = ANY(%s), FALSE))""",
                list(partner_ids),
                list(partner_ids),
            )
        )
    ]


def condition(model, partners, emails, numbers):
    """SQL condition for the rows of *model* about a person; the arguments are SQL of a list each,
    as ``IN`` takes it."""
    data = model._person_data
    found = [SQL("%s IN %s", SQL.identifier(column), partners) for column in data.person]
    strangers = []
    if data.email:
        strangers.append(SQL("%s IN %s", SQL.identifier(data.email), emails))
    if data.number:
        strangers.append(SQL("%s IN %s", SQL.identifier(data.number), numbers))
    if strangers:
        nobody = [SQL("%s IS NULL", SQL.identifier(column)) for column in data.person]
        unknown = SQL(" AND ").join([SQL("TRUE"), *nobody])
        found.append(SQL("(%s AND (%s))", unknown, SQL(" OR ").join(strangers)))
    return SQL("(%s)", SQL(" OR ").join(found))


def erase(model, partner_ids, emails, numbers):
    """Erase a person from *model* as its declaration says; return how many rows it concerned."""
    data = model._person_data
    if data.erase == "keep":
        return 0
    table = SQL.identifier(model._table)
    rows = condition(model, _list(partner_ids), _list(emails), _list(numbers))
    if data.erase == "delete":
        model.env.cr.execute(SQL("DELETE FROM %s WHERE %s", table, rows))
    else:
        assignments = [SQL("%s = NULL", SQL.identifier(name)) for name in data.blank]
        if data.mark:
            assignments.append(SQL("%s = TRUE", SQL.identifier(data.mark)))
        new = SQL(", ").join(assignments)
        model.env.cr.execute(SQL("UPDATE %s SET %s WHERE %s", table, new, rows))
    count = model.env.cr.rowcount
    if count:
        model.invalidate_model()
    return count


def _list(values):
    """Values for ``IN``; SQL has no empty list, and NULL equals nothing."""
    return SQL("%s", tuple(values) or (None,))
