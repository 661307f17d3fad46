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


#: Two mixins of one model that both say what its figures are.
FIGURES = """
class Money(models.AbstractModel):
    _name = "campaign.money.mixin"

    def _figures(self):
        return {"cost": 1}


class Answers(models.AbstractModel):
    _name = "campaign.answers.mixin"

    def _figures(self):
        return {"answers": 2}


class Campaign(models.Model):
    _name = "utm.campaign"
    _inherit = ["utm.campaign", "campaign.money.mixin", "campaign.answers.mixin"]
"""


def _hidden(addons, *texts):
    addon = addons / "crm_campaign_roi"
    for number, text in enumerate(texts):
        _write(addon / "models" / f"part_{number}.py", text)
    return code_rules.hidden_methods(addon)


def test_of_two_mixins_one_hides_the_other(addons):
    (problem,) = _hidden(addons, FIGURES)
    path = addons / "crm_campaign_roi" / "models" / "part_0.py"
    # mixins in the order of their names
    assert problem == f"{path}:12: _figures is also at {path}:5, and none calls super()"


def test_all_but_one_hand_over(addons):
    text = FIGURES.replace('{"answers": 2}', '{**super()._figures(), "answers": 2}')
    assert _hidden(addons, text) == []


def test_super_of_another_method_does_not_hand_over(addons):
    text = FIGURES.replace('{"answers": 2}', "super()._others()")
    assert len(_hidden(addons, text)) == 1


def test_mixins_that_no_model_joins_do_not_meet(addons):
    text = FIGURES.replace(', "campaign.answers.mixin"]', "]")
    assert _hidden(addons, text) == []


def test_two_extensions_of_one_model_in_two_files(addons):
    """Also of a model that has no mixins; the third file is a test and may do as it likes."""
    text = "class Finder:\n    _inherit = {}\n    def _find(self):\n        return []\n"
    assert len(_hidden(addons, text.format('"finder"'), text.format('["finder"]'))) == 1
    _write(addons / "crm_callcenter" / "models" / "one.py", text.format('"finder"'))
    _write(addons / "crm_callcenter" / "tests" / "two.py", text.format('"finder"'))
    assert code_rules.hidden_methods(addons / "crm_callcenter") == []


def test_a_mixin_of_a_mixin_counts(addons):
    """The money mixin has its figures from a base, which those of the answers hide."""
    text = FIGURES.replace('_name = "campaign.money.mixin"', '_name = "campaign.base.mixin"')
    money = "class M:\n    _name = 'campaign.money.mixin'\n    _inherit = 'campaign.base.mixin'\n"
    assert len(_hidden(addons, text, money)) == 1


def test_whoever_inherits_may_override(addons):
    """A model that answers a question of its mixin for itself, or decides between two mixins."""
    own = "\n    def _figures(self):\n        return {}\n"
    assert _hidden(addons, FIGURES + own) == []


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
