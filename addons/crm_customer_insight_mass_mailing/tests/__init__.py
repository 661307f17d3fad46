from . import test_touchpoint_mailing
