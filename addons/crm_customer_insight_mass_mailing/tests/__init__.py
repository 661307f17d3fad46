from . import test_timeline_mailing, test_touchpoint_mailing
