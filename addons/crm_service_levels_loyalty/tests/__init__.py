from . import test_plaint_voucher
