"""Telephone exchanges: adapters, and the listener that keeps the connection and posts to Odoo.

Nothing here imports Odoo or needs a database: the listener is a process of its own
(``tools/`` has what it shares with the models). Import the modules by name.
"""
