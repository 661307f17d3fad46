"""How the chapters find each other's records: by external id in the module ``crm_demo``."""

from datetime import datetime, time, timedelta

MODULE = "crm_demo"


def remember(env, name, record):
    """Give *record* the external id ``crm_demo.<name>``."""
    env["ir.model.data"].create(
        {
            "module": MODULE,
            "name": name,
            "model": record._name,
            "res_id": record.id,
            "noupdate": True,
        }
    )
    return record


def get(env, name):
    return env.ref(f"{MODULE}.{name}")


def days_ago(env, days, hour=10):
    """A working hour so many days before today, as Odoo's naive UTC."""
    day = env.cr.now().date() - timedelta(days=days)
    return datetime.combine(day, time(hour))
