"""Tell the whole story: each chapter builds on the earlier ones and runs only once."""

from importlib import import_module

#: chapter -> the addon it needs (None: always told)
CHAPTERS = {
    "company": None,
    "staff": None,
    "catalog": None,
    "customers": None,
    "history": None,
    "pipeline": None,
    "outreach": None,
    "insight": "crm_customer_insight",
    "insight_reminders": "crm_customer_insight",
    "insight_churn": "crm_customer_insight",
    "insight_contracts": "crm_customer_insight",
    "insight_quality": "crm_customer_insight",
    "insight_segments": "crm_customer_insight",
    "service": "crm_service_levels",
    "service_assets": "crm_service_levels",
    "service_year": "crm_service_levels",
    "service_voice": "crm_service_levels",
    "service_sales": "crm_service_levels",
    "service_thread": "crm_service_levels",
    "service_knowledge": "crm_service_levels",
    "service_cases": "crm_service_levels",
    "campaign": "crm_campaign_roi",
    "campaign_audit": "crm_campaign_roi",
    "campaign_year": "crm_campaign_roi",
    "campaign_close": "crm_campaign_roi",
    "callcenter": "crm_callcenter",
    "callcenter_quality": "crm_callcenter",
    "insight_alerts": "crm_customer_insight",
    "insight_figures": "crm_customer_insight",  # the last one
}
MARKER = "crm_suite.demo_chapters"


def run(env):
    """Build every chapter whose addon is installed and that is not there yet."""
    env = env(context={**env.context, "tracking_disable": True, "mail_notrack": True})
    parameters = env["ir.config_parameter"].sudo()  # the story is set up by the system user
    told = set((parameters.get_param(MARKER) or "").split(","))
    for chapter, addon in CHAPTERS.items():
        if chapter in told or not _installed(env, addon):
            continue
        print(f"  … demo: {chapter}", flush=True)
        import_module(f"demo.{chapter}").build(env)
        _keep_letters(env)
        told.add(chapter)
        parameters.set_param(MARKER, ",".join(sorted(told - {""})))
        env.cr.commit()


def _keep_letters(env):
    """No mail leaves the story, and none is said to have failed."""
    env["mail.mail"].search([("state", "in", ("outgoing", "exception"))]).unlink()
    domain = [("notification_type", "=", "email"), ("notification_status", "!=", "sent")]
    env["mail.notification"].search(domain).unlink()


def _installed(env, addon):
    return addon is None or env["ir.module.module"]._get(addon).state == "installed"
