"""What visitors type into a campaign's web form (ROI-1)."""

from odoo.addons.crm_campaign_roi.tools import web_form


def test_known_fields_are_kept_as_text_of_their_length():
    given = web_form.clean({"name": "  Anna \t Berg ", "email": "a@b.c", "role": "admin"})
    assert given == {
        "name": "Anna Berg",
        "email": "a@b.c",
        "phone": "",
        "company": "",
        "message": "",
    }
    assert len(web_form.clean({"message": "x" * 6000})["message"]) == 5000


def test_signs_that_are_no_text_go_and_messages_keep_their_lines():
    given = web_form.clean({"name": "An\x1b[31mna\nBcc: x", "message": "one\r\ntwo\x00"})
    assert given["name"] == "An [31mna Bcc: x"
    assert given["message"] == "one\ntwo"


def test_what_is_no_text():
    assert web_form.clean({"name": None, "company": 12})["company"] == "12"
    assert web_form.clean({"name": None})["name"] == ""


def test_missing_in_the_order_asked():
    given = {"name": "", "email": "a@b.c", "phone": ""}
    assert web_form.missing(given, ["phone", "email", "name"]) == ["phone", "name"]


def test_robots_fill_what_people_do_not_see():
    assert web_form.is_robot({"homepage": "http://x"})
    assert not web_form.is_robot({"homepage": " "})
    assert not web_form.is_robot({})
