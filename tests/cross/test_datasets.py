"""A slice of each data set goes into a fresh database, and the checker proves it or objects."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from suite import databases, odoo, postgres, suites

ROOT = Path(__file__).resolve().parents[2]
#: Long enough for a coupon to be redeemed, and for figures from before a campaign.
SLICE = ("--weeks", "10", "--households", "60")


@contextmanager
def _scratch(template, name):
    database = f"{databases.RUN_PREFIX}datasets_{name}_{os.getpid()}"
    databases.copy(template, database)
    try:
        yield database
    finally:
        databases.drop(database)


def _start(module, database, *arguments):
    command = [sys.executable, "-m", f"datasets.{module}", "--database", database, *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **odoo.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _run(module, database, *arguments):
    """(exit code, what was printed)"""
    process = _start(module, database, *arguments)
    output, _nothing = process.communicate(timeout=300)
    return process.returncode, output


@pytest.fixture(scope="module")
def retail():
    """Some weeks of the retail year beside all our addons, after a first attempt was killed."""
    with _scratch(suites.full(), "retail") as database:
        _kill_in_the_middle(database)
        assert postgres.psql(database, "SELECT COUNT(*) FROM sale_order") == "0"
        code, output = _run("load", database, *SLICE)
        assert code == 0, output
        yield database


def _kill_in_the_middle(database):
    process = _start("load", database, *SLICE)
    for line in process.stdout:
        if "order lines" in line:
            break
    process.kill()
    assert process.wait() != 0


#: All orders are recomputed, by two processes that share the customers.
EVERYTHING = ("--everything", "--jobs", "2")


def test_loaded_slice_has_no_differences(retail):
    code, output = _run("check", retail, *EVERYTHING)
    assert output.splitlines()[-1] == "0 differences", output
    assert code == 0
    orders = postgres.psql(retail, "SELECT COUNT(*) FROM sale_order")
    assert f"sale.order: columns of {orders} rows after Odoo's own recompute" in output
    assert "sale.order.line: columns of 0 rows" not in output


def test_sample_has_no_differences(retail):
    code, output = _run("check", retail, "--sample", "60")
    assert output.splitlines()[-1] == "0 differences", output
    assert code == 0
    assert "sale.order: columns of 60 rows after Odoo's own recompute" in output


#: Tables of crm_campaign_roi into which the data set goes.
MARKETING = (
    "crm_campaign_target",
    "crm_campaign_wave",
    "crm_campaign_delivery",
    "crm_campaign_response",
    "crm_campaign_cost",
    "crm_campaign_link",
    "crm_campaign_material_version",
)


def test_loading_again_changes_nothing(retail):
    tables = ("sale_order_line", *MARKETING)
    rows = "SELECT COUNT(*), MAX(id) FROM"
    counts = [f"{rows} {table}" for table in tables]
    before = [postgres.psql(retail, count) for count in counts]
    code, output = _run("load", retail, *SLICE)
    assert code == 0, output
    assert [postgres.psql(retail, count) for count in counts] == before


def test_another_slice_is_refused(retail):
    code, output = _run("load", retail, "--weeks", "3")
    assert code != 0
    assert "holds another data set" in output


def test_profile_is_kept_as_tags_and_comment(retail):
    tags = postgres.psql(
        retail,
        "SELECT p.name->>'en_US' || ' / ' || (c.name->>'en_US') FROM res_partner r"
        " JOIN res_partner_res_partner_category_rel l ON l.partner_id = r.id"
        " JOIN res_partner_category c ON c.id = l.category_id"
        " JOIN res_partner_category p ON p.id = c.parent_id"
        " WHERE r.ref = '1' AND p.name->>'en_US' IN ('Age', 'Income') ORDER BY 1",
    )
    assert tags.splitlines() == ["Age / 65+", "Income / 35-49K"]
    comment = postgres.psql(retail, "SELECT comment FROM res_partner WHERE ref = '1'")
    assert comment.startswith("<ul><li>Age: 65+</li>")


def test_profile_facts_are_offered_to_the_insight_addon(retail):
    facts = postgres.psql(
        retail,
        "SELECT a.code, o.name->>'en_US', v.source, v.date FROM crm_profile_value v"
        " JOIN crm_profile_attribute a ON a.id = v.attribute_id"
        " JOIN crm_profile_attribute_option o ON o.id = v.value_option_id"
        " JOIN res_partner p ON p.id = v.partner_id"
        " WHERE p.ref = '1' AND a.code = 'dataset_age'",
    )
    assert facts == "dataset_age|65+|dataset|2017-01-01"


def test_customer_figures_are_those_of_the_last_day_of_the_data(retail):
    invoiced = "SELECT SUM(amount_untaxed), MAX(invoice_date) FROM account_move"
    figures = (
        "SELECT SUM(revenue), MAX(date) FROM crm_customer_snapshot"
        " WHERE date = (SELECT MAX(date) FROM crm_customer_snapshot)"
    )
    assert postgres.psql(retail, figures) == postgres.psql(
        retail, f"{invoiced} WHERE move_type = 'out_invoice'"
    )


def test_campaigns_of_the_source_are_campaigns_of_the_addon(retail):
    """ROI-1, ROI-2: finished, with targets, letters, coupons, redemptions; a receipt by its code.

    Of the 60 households one redeemed a coupon in the first ten weeks: of campaign 27, on a receipt.
    """
    phases = "SELECT phase, COUNT(*), COUNT(DISTINCT kind_id) FROM utm_campaign GROUP BY phase"
    assert "finished|27|3" in postgres.psql(retail, phases).splitlines()
    counts = "SELECT COUNT(*), COUNT(DISTINCT campaign_id) FROM"
    targets = postgres.psql(retail, f"{counts} dataset_campaign_target")
    assert postgres.psql(retail, f"{counts} crm_campaign_target") == targets
    assert postgres.psql(retail, f"{counts} crm_campaign_delivery WHERE state = 'sent'") == targets
    redeemed = postgres.psql(retail, f"{counts} dataset_coupon_redemption")
    assert postgres.psql(retail, f"{counts} crm_campaign_response") == redeemed
    links = postgres.psql(
        retail,
        "SELECT l.res_model, l.how, c.code, o.campaign_code FROM crm_campaign_link l"
        " JOIN utm_campaign c ON c.id = l.campaign_id"
        " LEFT JOIN sale_order o ON o.id = l.res_id AND l.res_model = 'sale.order' ORDER BY l.id",
    )
    assert links.splitlines() == ["sale.order|code|CJ-27|CJ-27", "account.move|inherited|CJ-27|"]


def test_planted_errors_are_reported(retail):
    """A wrong cent, in tables and reports; a margin that Odoo computes otherwise; an entry out of
    balance; a reference to nowhere; a target, a response and a deal of a campaign that are gone.
    """
    postgres.psql(
        retail,
        "UPDATE sale_order SET margin = margin + 1 WHERE id = (SELECT MIN(id) FROM sale_order);"
        "UPDATE sale_order_line SET price_subtotal = price_subtotal + 0.01"
        " WHERE id = (SELECT MIN(id) FROM sale_order_line);"
        "UPDATE account_move_line SET balance = balance + 0.01, credit = credit - 0.01"
        " WHERE id = (SELECT MIN(id) FROM account_move_line);"
        "UPDATE dataset_campaign_target SET partner_id = 999999999"
        " WHERE partner_id = (SELECT MIN(partner_id) FROM dataset_campaign_target);"
        "DELETE FROM crm_campaign_response WHERE id = (SELECT MIN(id) FROM crm_campaign_response);"
        "UPDATE crm_campaign_target SET state = 'removed'"
        " WHERE id = (SELECT MAX(t.id) FROM crm_campaign_target t JOIN dataset_campaign k"
        " ON k.campaign_id = t.campaign_id WHERE k.campaign_code = 27);"
        "UPDATE sale_order SET campaign_id = NULL; UPDATE account_move SET campaign_id = NULL;"
        "UPDATE crm_customer_snapshot SET f_score = 6 - f_score, profit = profit + 0.01, tier = 'D'"
        " WHERE is_current;"
        "UPDATE crm_customer_churn SET risk = risk / 2 WHERE risk > 0;"
        "UPDATE crm_product_rule SET baskets = baskets + 1 WHERE is_current",
    )
    code, output = _run("check", retail, *EVERYTHING)
    assert code == 1
    assert not output.endswith("\n0 differences\n")
    assert "order lines: net by month, as loaded: 2017-01: expected" in output
    assert "sale.report: net by product:" in output
    assert "after Odoo's own recompute: sale.order(" in output
    assert "after Odoo's own recompute: sale.order.line(" in output
    assert "debits equal credits in each entry: (" in output
    assert "references lead to a record: dataset_campaign_target.partner_id" in output
    for what in ("targets", "redemptions", "responded", "deals", "revenue", "response rate"):
        assert f"campaigns in Odoo: {what}: " in output
    for what in ("value: profit", "value: tier", "RFM: frequency", "churn: risk", "association: b"):
        assert what in output.partition("Different")[2].partition("expected")[2], what
    assert "comparison by type: revenue: Type A: expected" in output
    assert "uplift by type: per household, interval: Type A" in output


def test_purchases_without_store_or_product_have_no_differences():
    """CDNOW, beside Odoo's own addons alone."""
    with _scratch(databases.core(), "cdnow") as database:
        part = ("--dataset", "cdnow", "--weeks", "2", "--households", "80")
        code, output = _run("load", database, *part)
        assert code == 0, output
        code, output = _run("check", database, "--sample", "60")
        assert output.splitlines()[-1] == "0 differences", output
