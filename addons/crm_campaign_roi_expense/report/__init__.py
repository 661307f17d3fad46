from . import expense_commitment
