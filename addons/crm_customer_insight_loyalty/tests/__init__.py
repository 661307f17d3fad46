from . import test_loyalty_effect, test_loyalty_insight, test_loyalty_tour
