from . import test_call_wave
