"""What crm_customer_insight adds: costs of contact, permissions, key accounts, and the figures."""


def build(env):
    env["crm.contact.number"]
