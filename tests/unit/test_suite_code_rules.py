"""Each rule about code finds a planted violation, and accepts what is allowed."""

import pytest

from suite import code_rules


@pytest.fixture
def addons(tmp_path):
    """Three small addons: a foundation and two siblings that depend on it."""
    _addon(tmp_path, "crm_customer_insight", ["crm"], "crm.touchpoint")
    _addon(tmp_path, "crm_callcenter", ["crm_customer_insight"], "crm.call")
    _addon(tmp_path, "crm_campaign_roi", ["crm_customer_insight"], "crm.campaign.cost")
    return tmp_path


def _addon(addons, name, depends, model):
    _write(addons / name / "__manifest__.py", repr({"name": name, "depends": depends}))
    _write(addons / name / "models" / "model.py", f'class Model:\n    _name = "{model}"\n')


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_siblings_that_mind_their_own_business_pass(addons):
    _write(addons / "crm_callcenter" / "models" / "more.py", 'X = "crm.touchpoint"\n')
    assert code_rules.foreign_knowledge(addons) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("models/bad.py", "from odoo.addons.crm_campaign_roi.models import cost"),
        ("models/bad.py", 'cost = self.env["crm.campaign.cost"]'),
        ("views/bad.xml", '<record model="crm.campaign.cost"/>'),
        ("views/bad.xml", '<field name="inherit_id" ref="crm_campaign_roi.view"/>'),
        ("static/src/bad.js", 'import { x } from "@crm_campaign_roi/cost";'),
        ("security/bad.csv", "id,name,model_id:id\na,b,\"crm_campaign_roi.model_cost\""),
    ],
)  # fmt: skip
def test_sibling_that_names_another_is_found(addons, file, line):
    _write(addons / "crm_callcenter" / file, line)
    (problem,) = code_rules.foreign_knowledge(addons)
    assert "names crm_campaign_roi, on which it does not depend" in problem


def test_sibling_that_depends_on_another_is_found(addons):
    _addon(addons, "crm_callcenter", ["crm_campaign_roi"], "crm.call")
    code_rules.manifests._read.cache_clear()
    assert "crm_callcenter must not depend on crm_campaign_roi" in code_rules.foreign_knowledge(
        addons
    )


def test_extended_model_belongs_to_who_made_it(addons):
    text = 'class Extension:\n    _name = "crm.touchpoint"\n    _inherit = ["crm.touchpoint"]\n'
    _write(addons / "crm_callcenter" / "models" / "touch.py", text)
    assert code_rules.own_models(addons / "crm_callcenter") == {"crm.call"}


@pytest.mark.parametrize(
    "line",
    [
        "import odoo",
        "from odoo import fields",
        "from odoo.tools import SQL",
        "from odoo.addons.crm.models import crm_lead",
        "from ..models import model",
    ],
)
def test_tool_that_imports_odoo_is_found(addons, line):
    _write(addons / "crm_callcenter" / "tools" / "bad.py", line + "\n")
    assert len(code_rules.tools_without_odoo(addons)) == 1


def test_tools_may_use_tools(addons):
    lines = "from . import rfm\nfrom odoo.addons.crm_customer_insight.tools import phone\n"
    _write(addons / "crm_callcenter" / "tools" / "good.py", lines)
    assert code_rules.tools_without_odoo(addons) == []


def test_function_lengths(tmp_path):
    long = "def long():\n" + "    x = 1\n" * 60  # 61 lines
    short = "def short():\n    return 1\n"  # 2 lines
    path = _write(tmp_path / "code.py", long + short)
    lengths = code_rules.function_lengths([path])
    assert [count for count, _place in lengths] == [61, 2]
    assert code_rules.too_long(lengths) == [f"{path}:1 long: 61 lines (at most 60)"]
    report = code_rules.length_report(lengths)
    assert report == "2 functions, median 31.5 lines, 90th percentile 61, longest 61"


def test_function_of_sixty_lines_passes(tmp_path):
    path = _write(tmp_path / "code.py", "def long():\n" + "    x = 1\n" * 59)
    assert code_rules.too_long(code_rules.function_lengths([path])) == []


@pytest.mark.parametrize(
    "line",
    [
        "index = https://packages.example.internal/simple",
        "/ro" + "ot/secret",
        "/ho" + "me/jane/project",
        "# TO" + "DO later",
    ],
)
def test_text_of_this_machine_is_found(tmp_path, line):
    path = _write(tmp_path / "notes.md", f"fine\n{line}\n")
    (problem,) = code_rules.private_texts([path], ["packages.example.internal"])
    assert problem.startswith(f"{path}:2")


def test_ordinary_text_passes(tmp_path):
    path = _write(tmp_path / "notes.md", "see https://example.com/simple, /usr/lib, /odoo/home\n")
    assert code_rules.private_texts([path], ["packages.example.internal"]) == []


def test_script_that_does_not_compile_is_found(tmp_path):
    path = _write(tmp_path / "script", "def broken(:\n")
    assert len(code_rules.parses([path])) == 1
