"""The demo company: one story that every addon of the suite extends.

Veltra makes pumps and compressors in Germany and sells them, through dealers and directly, to
businesses and households; its Chinese company does the same in its own currency. ``story.run``
builds it through Odoo's own models in a database without other demo data.
"""
