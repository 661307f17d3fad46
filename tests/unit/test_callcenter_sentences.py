"""Each sentence of the requirements of the call center names code and tests that exist.

The tables are in docs/callcenter_sentences.md (CC-1 to CC-11, SVC-L6), which says how their names
are read.
"""

import pytest
from sentence_table import SentenceTable

TABLE = SentenceTable("callcenter_sentences.md", "crm_callcenter")


@pytest.mark.parametrize("requirement", ["Exchange", "SVC-L6", *(f"CC-{n}" for n in range(1, 12))])
def test_a_requirement_has_sentences(requirement):
    assert [row for row in TABLE.rows if row[0] == requirement]


@pytest.mark.parametrize("row", TABLE.rows, ids=TABLE.ids)
def test_a_sentence_names_code_that_exists(row):
    assert TABLE.missing_code(row) == []


@pytest.mark.parametrize("row", TABLE.rows, ids=TABLE.ids)
def test_a_sentence_names_tests_that_exist_or_says_why_there_is_none(row):
    assert TABLE.missing_tests(row) == []


def test_every_glue_addon_has_a_sentence():
    assert TABLE.glue_without_a_sentence() == set()
