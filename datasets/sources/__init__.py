"""The data sets, each in the same form."""

from .cdnow import Cdnow
from .complete_journey import CompleteJourney

SOURCES = {source.name: source for source in (CompleteJourney, Cdnow)}
