from . import test_survey_persons, test_survey_responses, test_survey_wave
