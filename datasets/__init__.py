"""Public data sets as real Odoo databases: loaders and the checker that proves them.

``python -m datasets.load --database NAME`` and ``python -m datasets.check --database NAME``;
README.md beside this file tells what becomes what, and why.
"""
