from . import (
    base_partner_merge,
    crm_alert_outcome,
    crm_alert_snooze,
    crm_retention_letter,
    privacy_lookup_wizard,
)
