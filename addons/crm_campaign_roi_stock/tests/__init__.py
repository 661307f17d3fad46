from . import test_replenishment
