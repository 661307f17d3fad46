from . import purchase_commitment
