"""Each rule about data files, translations and wheels finds a planted defect."""

import zipfile

import pytest

from suite import packaging, translations, xml_rules

VIEW = '<odoo><record id="call_view_form" model="ir.ui.view"/></odoo>'


@pytest.fixture
def addon(tmp_path):
    folder = tmp_path / "crm_callcenter"
    _write(folder / "__manifest__.py", repr({"name": "Calls", "data": ["views/call.xml"]}))
    _write(folder / "views" / "call.xml", VIEW)
    return folder


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_good_addon_has_no_problem(addon):
    assert xml_rules.check(addon) == []


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("views/call.xml", "<odoo><record></odoo>", "not well formed"),
        ("views/call.xml", VIEW.replace("call_view_form", "CallForm"), "not in lower case"),
        ("views/call.xml", VIEW.replace("call_", "crm_callcenter.call_"), "repeats the name"),
        ("views/call.xml", VIEW.replace("/>", '/><menuitem id="call_view_form"/>'), "already in"),
        ("views/forgotten.xml", "<odoo/>", "not listed in the manifest"),
        ("static/src/x.xml", """<a t-att-title="late ? 'Late' : name"/>""", "cannot be translated"),
        ("static/src/x.xml", '<a t-attf-title="Call {{ name }}"/>', "cannot be translated"),
        ("static/tests/x.test.js", "test()", "runs its Hoot tests"),
        ("static/tests/tours/x.js", 'tours").add("call_tour", {})', "no test starts tour"),
    ],
)
def test_planted_defect_is_found(addon, file, text, problem):
    _write(addon / file, text)
    found = xml_rules.check(addon)
    assert len(found) == 1, found
    assert problem in found[0]


def test_file_that_the_manifest_invents_is_found(addon):
    (addon / "views" / "call.xml").unlink()
    assert "lists views/call.xml, which is missing" in xml_rules.check(addon)[0]


def test_computed_attributes_without_words_pass(addon):
    text = (
        """<a t-att-title="label(item)" t-attf-title="{{ a }} · {{ b }}" t-att-alt="x === 'y'"/>"""
    )
    _write(addon / "static/src/x.xml", text)
    assert xml_rules.check(addon) == []


def test_javascript_that_a_test_starts_passes(addon):
    _write(addon / "static/tests/tours/x.js", 'registry.category("t").add("call_tour", {})')
    _write(addon / "static/tests/x.test.js", "test()")
    started = 'start_tour("/odoo", "call_tour"); run_hoot(self, "{}")'
    _write(addon / "tests/test_js.py", started.format(addon.name))
    assert xml_rules.check(addon) == []
    _write(addon / "tests/test_js.py", started.format("another_addon"))
    [problem] = xml_rules.check(addon)
    assert "runs its Hoot tests" in problem


# --- translations --------------------------------------------------------------------------------

HEADER = 'msgid ""\nmsgstr ""\n"POT-Creation-Date: {date}\\n"\n'
CALL = '\n#. module: crm_callcenter\n#: model:x.y\nmsgid "Call"\nmsgstr "{call}"\n'
QUEUE = '\n#. module: crm_callcenter\n#: model:x.z\nmsgid "Queue"\nmsgstr ""\n'


def _pot(*parts, date="2026-01-01", call=""):
    return "".join((HEADER.format(date=date), *(part.format(call=call) for part in parts)))


def test_new_export_date_is_no_difference(addon):
    _write(addon / "i18n" / "crm_callcenter.pot", _pot(CALL))
    assert translations.stale(addon, _pot(CALL, date="2027-12-31")) == []


def test_pot_that_lacks_a_term_or_keeps_an_old_one_is_stale(addon):
    path = _write(addon / "i18n" / "crm_callcenter.pot", _pot(CALL))
    assert translations.stale(addon, _pot(CALL, QUEUE)) == [
        f"{path}: not exported yet: (None, 'Queue')"
    ]
    assert translations.stale(addon, _pot()) == [f"{path}: no longer used: (None, 'Call')"]
    moved = translations.stale(addon, _pot(CALL).replace("x.y", "x.q"))
    assert moved == [f"{path}: used elsewhere now: (None, 'Call')"]


def test_missing_pot_is_a_problem_when_there_are_terms(addon):
    assert "missing" in translations.stale(addon, _pot(CALL))[0]
    assert translations.stale(addon, _pot()) == []


def test_translation_with_a_gap_is_incomplete(addon):
    _write(addon / "i18n" / "crm_callcenter.pot", _pot(CALL))
    assert "missing" in translations.incomplete(addon)[0]
    path = _write(addon / "i18n" / "zh_CN.po", _pot(CALL))
    assert translations.incomplete(addon) == [f"{path}: not translated: (None, 'Call')"]
    _write(path, _pot(CALL, call="呼叫"))
    assert translations.incomplete(addon) == []
    _write(
        path,
        _pot(CALL, call="呼叫").replace("msgid", "#, fuzzy\nmsgid").replace("#, fuzzy\n", "", 1),
    )
    assert len(translations.incomplete(addon)) == 1


def test_update_keeps_translations_and_adds_new_terms(addon):
    _write(addon / "i18n" / "zh_CN.po", _pot(CALL, call="呼叫"))
    translations.update(addon, _pot(CALL, QUEUE))
    assert translations.stale(addon, _pot(CALL, QUEUE)) == []
    (gap,) = translations.incomplete(addon)
    assert gap.endswith("not translated: (None, 'Queue')")


# --- wheels --------------------------------------------------------------------------------------


def test_file_that_the_wheel_lacks_is_found(addon):
    wheel = addon.parent / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(addon / "__manifest__.py", "odoo/addons/crm_callcenter/__manifest__.py")
    assert packaging.missing_files(addon, wheel) == ["x.whl: views/call.xml is not inside"]


def test_addon_without_build_file_is_found(addon):
    assert "pyproject.toml: missing" in packaging.check_wheel(addon)[0]
