"""Pages that somebody opens by a personal link: they are his, and the link is a secret."""


def keep_private(page, referrer="no-referrer"):
    """The response *page*, kept by no cache, told to no other site, found by no search engine.

    :param referrer: which addresses the browser names where a link of the page leads
    """
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = referrer
    page.headers["X-Robots-Tag"] = "noindex"
    return page
