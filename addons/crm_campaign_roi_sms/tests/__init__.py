from . import test_sms_wave
