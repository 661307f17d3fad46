"""Each sentence of the requirements of campaigns names code and tests that exist.

The tables are in docs/campaign_sentences.md (ROI-1, ROI-2, ROI-4, ROI-5, ROI-6), which says how
their names are read.
"""

import pytest
from sentence_table import SentenceTable

TABLE = SentenceTable("campaign_sentences.md", "crm_campaign_roi")


@pytest.mark.parametrize("requirement", ["ROI-1", "ROI-2", "ROI-4", "ROI-5", "ROI-6"])
def test_a_requirement_has_sentences(requirement):
    assert [row for row in TABLE.rows if row[0] == requirement]


@pytest.mark.parametrize("row", TABLE.rows, ids=TABLE.ids)
def test_a_sentence_names_code_that_exists(row):
    assert TABLE.missing_code(row) == []


@pytest.mark.parametrize("row", TABLE.rows, ids=TABLE.ids)
def test_a_sentence_names_tests_that_exist_or_says_why_there_is_none(row):
    assert TABLE.missing_tests(row) == []


def test_what_does_not_exist_is_found():
    assert TABLE.exists("test_targets::test_each_person_once")
    assert TABLE.exists("_event/test_event_page::test_one_click_registers_once")
    assert TABLE.exists("campaign_flow.test.js::live counts of waves and groups")
    assert not TABLE.exists("test_targets::test_each_person_twice")
    assert not TABLE.exists("test_nowhere::test_each_person_once")
    assert not TABLE.exists("campaign_flow.test.js::live counts of nothing")
    assert not TABLE.is_there("models/crm_campaign_nowhere.py")
    assert TABLE.missing_code(("ROI-1", "x", "no name", "")) == ["no name"]
    assert TABLE.missing_tests(("ROI-1", "x", "", "none")) == ["none"]
    assert TABLE.missing_tests(("ROI-1", "x", "", "**open**: why")) == []


def test_every_glue_addon_has_a_sentence():
    assert TABLE.glue_without_a_sentence() == set()
