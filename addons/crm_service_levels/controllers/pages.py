"""What the pages of portal customers and of guests have in common (SVC-T)."""

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.crm_customer_insight.tools.private_page import keep_private

#: Actions of the page of a request: name of the form, what it does.
ACTIONS = ("answer", "close", "reopen", "rate", "cancel")


def number(text):
    """Whole number of a form or an address; 0 when it is none."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def files():
    """``(name, bytes)`` of the files of the form; an empty field is none."""
    sent = request.httprequest.files.getlist("files")
    return [(file.filename, file.read()) for file in sent if file.filename]


def render(template, values):
    """The page, kept by nobody on the way: it is of one customer."""
    return keep_private(request.render(template, values), "same-origin")


def values_of(found, base, guest=False, **extra):
    """Values of the page of a request."""
    shown = {"error": "", "failed": "", "given": {}, "done": "", **extra}
    return {"base": base, "guest": guest, "page": found._portal_values(guest=guest), **shown}


def act(found, action, post, partner, base, page):
    """Do what a form asks for and show the page again; a mistake keeps what was typed."""
    if action not in ACTIONS:
        raise request.not_found()
    try:
        where = _do(found, action, post, partner)
    except UserError as error:
        return page(found, error=str(error), failed=action, given=post)
    return request.redirect(where or f"{base}?done={action}")


def _do(found, action, post, partner):
    if action == "answer":
        found._portal_write_text(post.get("text"), files(), partner)
    elif action == "close":
        found._portal_close()
    elif action == "reopen":
        found._portal_reopen(post.get("text"), partner)
    elif action == "rate":
        return found._portal_rate(post.get("points"))
    elif action == "cancel":
        found._portal_cancel_collection(number(post.get("collection_id")))
    return ""


# Files and labels


def send_file(file):
    """A file as download: nothing of a customer runs in somebody's browser."""
    if not file:
        raise request.not_found()
    stream = request.env["ir.binary"]._get_stream_from(file)
    response = stream.get_response(as_attachment=True, immutable=False)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def label(collection):
    """Label of a collection as PDF, or as a page to print where PDF cannot be made."""
    if not collection or collection.state == "cancelled":
        raise request.not_found()
    # sudo: the report is of the customer's own collection, checked by the caller
    reports = request.env["ir.actions.report"].sudo()
    name = "crm_service_levels.crm_service_collection_report"
    if reports.get_wkhtmltopdf_state() in ("install", "broken"):
        return request.make_response(reports._render_qweb_html(name, collection.ids)[0])
    content, kind = reports._render_qweb_pdf(name, collection.ids)
    if kind != "pdf":
        return request.make_response(content)
    shown = content_disposition(f"{collection.number}.pdf")
    headers = [("Content-Type", "application/pdf"), ("Content-Disposition", shown)]
    return request.make_response(content, headers=headers)


# Collections


def collection_values(found, base, guest=False, error="", given=None):
    """Values of the form that books a collection."""
    known = found._collection_defaults()
    return {
        "base": base,
        "guest": guest,
        "page": found._portal_row(),
        "days": found._portal_slots(),
        "may": found._portal_may_collect(),
        "given": given or {**known, "packages": 1},
        "error": error,
    }


def book(found, post, base, page):
    try:
        found._portal_book(post)
    except UserError as error:
        return page(found, error=str(error), given=post)
    return request.redirect(f"{base}?done=booked")
