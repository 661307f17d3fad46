"""What an installation does once."""

from .models.crm_contact_number import FIRST_RUN


def post_init_hook(env):
    """Read the numbers of the contacts that are there already (C360-1).

    The first batches at once, so that a small database is complete; the cron goes on with a large
    one in the background, for an installation must not wait for a million contacts.
    """
    if env["crm.contact.number"]._reconcile(limit=FIRST_RUN) >= FIRST_RUN:
        env.ref("crm_customer_insight.ir_cron_reconcile_numbers")._trigger()
