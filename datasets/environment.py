"""Opening an Odoo database from the command line (configuration: ODOO_RC)."""

from contextlib import contextmanager

import psycopg2


@contextmanager
def opened(database):
    """An environment of the superuser; the transaction is committed at the end, or rolled back."""
    import odoo
    from odoo.orm.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", database, "--log-level=warn"], setup_logging=True)
    try:
        registry = Registry(database)
    except psycopg2.OperationalError as error:
        raise SystemExit(f"The database {database} cannot be opened: {error}") from error
    with registry.cursor() as cr:
        yield odoo.api.Environment(cr, odoo.SUPERUSER_ID, {"tracking_disable": True})


def vacuum(database):
    """Let PostgreSQL learn the new tables: statistics, and pages visible to all."""
    from odoo.sql_db import db_connect

    with db_connect(database).cursor() as cr:
        cr.commit()
        cr._cnx.autocommit = True
        cr.execute("VACUUM (ANALYZE)")
        cr._cnx.autocommit = False
