"""The parts of the addon that keep their lines for the tests of rights and persons to themselves.

A part is a module ``matrix_<part>`` with ``MATRIX``, ``METHODS``, ``CALLERS``, ``records(case)``
and, where it needs them, ``HARMLESS``, ``NOTHING``, ``READONLY``, ``EVERYWHERE``,
``records_elsewhere(case, customer, company)`` and ``persons(case)``: see ``matrix_run`` and
``matrix_contract``.
"""

from . import (
    matrix_alerts,
    matrix_association,
    matrix_churn,
    matrix_contract,
    matrix_life_event,
    matrix_lifetime,
    matrix_loyalty,
    matrix_quality,
    matrix_reminders,
    matrix_run,
    matrix_segment,
)

PARTS = (
    matrix_association,
    matrix_churn,
    matrix_alerts,
    matrix_contract,
    matrix_loyalty,
    matrix_reminders,
    matrix_quality,
    matrix_segment,
    matrix_lifetime,
    matrix_life_event,
    matrix_run,  # one part a line
)
