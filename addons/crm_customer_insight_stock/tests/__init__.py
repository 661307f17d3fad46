from . import test_timeline_delivery, test_touchpoint_delivery
