from . import test_purchase_costs
