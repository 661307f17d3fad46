"""Team board (SVC-L1): opening our kanban of 10,000 requests against Odoo's kanban of 10,000 tasks.

``python -m bench.bench_service_board [--database NAME] [--rows N] [--rounds N]`` with ODOO_RC set.
The database has ``crm_service_levels`` installed; whatever is created is rolled back. Both sides do
what the web client does to open the board: ``web_read_group`` by stage with the records of the
unfolded columns and the fields of the view, and ``read_progress_bar``. Ours also counts the strip.
Both start with empty record caches; times are medians.
"""

import argparse
import statistics
import time

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from . import service_database
from .table import Row, show

ROWS, ROUNDS, PAGE, SEED = 10_000, 9, 80, 100
TO_ONE = {"fields": {"display_name": {}}}


def main():
    arguments = _arguments()
    with service_database.opened(arguments.database) as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        fill(env, arguments.rows)
        user = env["res.users"].search([("login", "=", "admin")])
        measure(env(user=user.id), arguments.rounds)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    service_database.add_option(parser)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def fill(env, rows):
    """As many requests as tasks, in four open stages, of 100 customers and 10 people: a few are
    created, the others are copies of their rows.
    """
    partners = env["res.partner"].create([{"name": f"Bench {n}"} for n in range(SEED)])
    users = env["res.users"].search([("share", "=", False)], limit=10)
    requests = env["crm.service.request"].with_context(tracking_disable=True)
    stages = env["crm.service.stage"].search([("is_closed", "=", False)], limit=4)
    requests = requests.create([_row(n, partners, users, stages) for n in range(SEED)])
    project = env["project.project"].create({"name": "Bench"})
    columns = env["project.task.type"].create(
        [{"name": f"S{n}", "project_ids": [(4, project.id)]} for n in range(4)]
    )
    tasks = env["project.task"].with_context(tracking_disable=True, mail_create_nolog=True)
    values = [_row(n, partners, users, columns) for n in range(SEED)]
    for row in values:
        row["user_ids"] = [(4, row.pop("user_id"))]
        row["project_id"] = project.id
    tasks = tasks.create(values)
    env.flush_all()
    copy(env, requests, rows, ("number",))
    copy(env, tasks, rows, ())
    env.cr.execute(
        """INSERT INTO project_task_user_rel (task_id, user_id)
           SELECT id, %s FROM project_task t WHERE project_id = %s AND NOT EXISTS
               (SELECT FROM project_task_user_rel r WHERE r.task_id = t.id)""",
        (users[0].id, project.id),
    )
    env.invalidate_all()
    env.cr.execute("ANALYZE crm_service_request")
    env.cr.execute("ANALYZE project_task")


def copy(env, records, rows, unique):
    """Copies of the rows of *records* until there are *rows*; *unique* columns get the id."""
    columns = [f.name for f in records._fields.values() if f.store and f.column_type]
    kept = [name for name in columns if name not in ("id", "access_token", *unique)]
    into = SQL(", ").join(SQL.identifier(name) for name in (*kept, *unique))
    own = SQL(", ").join(
        [*map(SQL.identifier, kept), *(SQL("'B' || n || '-' || id") for _u in unique)]
    )
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(2, %s) n WHERE id IN %s",
            SQL.identifier(records._table),
            into,
            own,
            SQL.identifier(records._table),
            rows // len(records),
            tuple(records.ids),
        )
    )


def _row(number, partners, users, stages):
    return {
        "name": f"Bench {number}",
        "partner_id": partners[number % len(partners)].id,
        "user_id": users[number % len(users)].id,
        "stage_id": stages[number % len(stages)].id,
    }


def measure(env, rounds):
    """Print the table: both boards, and what the strip adds."""
    project = env["project.project"].search([("name", "=", "Bench")], order="id desc", limit=1)
    ours = board(env, "crm.service.request", [("is_closed", "=", False)], "priority")
    peer = board(
        env["project.task"].with_context(default_project_id=project.id).env,
        "project.task",
        [("project_id", "=", project.id)],
        "state",
    )
    strip = lambda: env["crm.service.request"].get_board_counts([])  # noqa: E731
    ours, queries = timed(env, ours, rounds)
    counts, counting = timed(env, strip, rounds)
    peer, peers = timed(env, peer, rounds)
    milliseconds = {"peer": 1000 * peer, "against": "project.task's board", "unit": "ms"}
    number = {"peer": peers, "against": "project.task's board", "unit": "queries"}
    show(
        [
            Row("board", 1000 * ours, aim="≤ 1", **milliseconds),
            Row("board with strip of counts", 1000 * (ours + counts), aim="≤ 1", **milliseconds),
            Row("board", queries, **number),
            Row("board with strip of counts", queries + counting, **number),
            *_counters(env, rounds),
        ]
    )


def _counters(env, rounds):
    """Requests and assets counted on 80 contacts against one."""
    partners = env["res.partner"].search([("name", "=like", "Bench %")], limit=80)
    names = ["service_request_count", "asset_count"]
    one = timed(env, lambda: partners[:1].read(names), rounds)
    all_of_them = timed(env, lambda: partners.read(names), rounds)
    peer = {"against": "the same on one contact", "aim": "≤ 1", "unit": "queries"}
    return [
        Row("counters on 80 contacts", all_of_them[1], one[1], **peer),
        Row("counters on 80 contacts", 1000 * all_of_them[0], unit="ms"),
    ]


def board(env, model, domain, progress):
    """Function that reads what the web client reads to open the kanban view of *model*."""
    view = env[model].get_views([(False, "kanban")])["views"]["kanban"]
    arch = etree.fromstring(view["arch"])
    specification = {}
    for node in arch.iter("field"):
        field = env[model]._fields.get(node.get("name"))
        if field is not None:
            specification[field.name] = TO_ONE if field.type == "many2one" else {}
    bar = {"field": progress, "colors": {}}

    def read():
        env[model].web_read_group(
            domain,
            ["stage_id"],
            [],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=PAGE,
        )
        env[model].read_progress_bar(domain, "stage_id", bar)

    return read


def timed(env, function, rounds):
    """Median seconds and number of queries of a call on empty record caches."""
    function()
    seconds = []
    for _round in range(rounds):
        env.invalidate_all()
        queries, began = env.cr.sql_log_count, time.perf_counter()
        function()
        seconds.append(time.perf_counter() - began)
        queries = env.cr.sql_log_count - queries
    return statistics.median(seconds), queries


if __name__ == "__main__":
    main()
