"""When requests may become one, and what becomes of copied addresses (SVC-L1)."""


def problem(sources, target, different_customers):
    """Why *sources* cannot be merged into *target*, or None.

    :param sources: ``[(id, company, customer, merged into)]``
    :param target: ``(company, customer, merged into)``
    :param different_customers: whether other customers are allowed
    :returns: ``nothing``, ``company``, ``merged`` or ``customer``
    """
    if not sources:
        return "nothing"
    company, customer, merged = target
    if merged or any(source[3] for source in sources):
        return "merged"
    if any(source[1] != company for source in sources):
        return "company"
    others = {source[2] for source in sources if source[2]} - {customer}
    if others and customer and not different_customers:
        return "customer"
    return None


def addresses(lists):
    """Addresses of several comma-separated lists, each once, in their order."""
    found = {}
    for text in lists:
        for address in text.split(","):
            if address.strip():
                found.setdefault(address.strip().casefold(), address.strip())
    return ", ".join(found.values())
