from . import test_touchpoint_delivery
