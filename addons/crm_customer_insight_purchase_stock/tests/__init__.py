from . import test_expected_reorders
