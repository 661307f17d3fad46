"""What bin/demo, bin/test, bin/bench, bin/lint and bin/clean share.

Only the standard library is used here, because these modules run before anything is
installed. Each module owns one part of the set-up: ``system`` (Debian packages),
``odoo_home`` (the Odoo 19 source), ``venv`` (Python packages), ``postgres`` (the
private cluster), ``databases`` (prepared databases), ``suites`` (tests), ``checks`` (lint).
"""
