"""Forecast of contacts per interval (CC-8), with its error on weeks it has not seen.

    contacts = level × usual of (weekday, time of day) × month × holiday × (1 + uplift)

* *usual*: weighted mean of the normal days (no holiday, no campaign, not ignored), recent ones
  heavier; missing intervals are missing, not zero;
* *level*: Σ contacts ÷ Σ usual of the last weeks, so that growth is followed within weeks while the
  shape of the day is learnt from months;
* *month*: from two years on, ratio to the centered moving average of twelve months (classical
  decomposition; S. Makridakis, S. Wheelwright and R. Hyndman, Forecasting, 1998, section 3);
* *holiday*: contacts on the days of that name ÷ what was to be expected on them;
* *uplift*: as planned, or as campaigns of that kind brought.

The error is measured on the last weeks, each forecast from what was before it, beside the naive
forecast "as in the same interval last week". Times are the queue's local times. The same history
gives the same forecast, in whatever order it comes.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

#: days from the first to the last: four of each weekday
LEAST_DAYS = 28
#: days on which a time of a weekday must have been open before it is taken to be open
LEAST_SEEN = 2
#: days of a month below which its level is chance
_LEAST_DAYS_OF_MONTH = 10
_AROUND = timedelta(days=28)
_WEEK = timedelta(days=7)

UNKNOWN_INTERVAL = "unknown_interval"
UNKNOWN_HOLIDAY = "unknown_holiday"
UNKNOWN_CAMPAIGN = "unknown_campaign"

Count = tuple[datetime, float]
Day = Mapping[time, float]
Cells = Mapping[tuple[int, time], float]


class NotEnoughData(Exception):  # noqa: N818 - says what is the case, not that something broke
    """History does not allow a forecast; the text says what is missing."""


@dataclass(frozen=True)
class Campaign:
    """Days on which a campaign brings contacts.

    :param kind: campaigns of one kind teach each other's uplift
    :param uplift: planned, as a share of the usual contacts (0.3: 30 % more); ``None``: as
        learnt from past ones of the kind
    :raises ValueError: it ends before it starts, or takes away more than all contacts
    """

    first: date
    last: date
    kind: str = ""
    uplift: float | None = None

    def __post_init__(self):
        if self.last < self.first:
            raise ValueError(f"The campaign ends ({self.last}) before it starts ({self.first}).")
        if self.uplift is not None and not (math.isfinite(self.uplift) and self.uplift >= -1):
            raise ValueError(f"The uplift must be -1 or more, not {self.uplift!r}.")


@dataclass(frozen=True)
class Occasions:
    """Days that are not like others, past and future.

    :param holidays: name by day; days of one name are alike, year after year
    :param campaigns: past ones teach, future ones are added
    :param ignored: days that teach nothing (exchange down, data lost)
    """

    holidays: Mapping[date, str] = field(default_factory=dict)
    campaigns: tuple[Campaign, ...] = ()
    ignored: Collection[date] = ()

    def campaigns_on(self, day: date) -> list[Campaign]:
        """Campaigns that run on *day*."""
        return [campaign for campaign in self.campaigns if campaign.first <= day <= campaign.last]

    def normal(self, day: date) -> bool:
        """Whether *day* shows what is usual."""
        return not (day in self.holidays or day in self.ignored or self.campaigns_on(day))


@dataclass(frozen=True)
class Prediction:
    """Contacts expected in an interval, and the factors that make them up.

    :param contacts: ``None``: the queue has not been open at that time as far as history tells
    :param usual: level × usual contacts of that weekday and time
    :param notes: what is not known: :data:`UNKNOWN_INTERVAL`, :data:`UNKNOWN_HOLIDAY` and
        :data:`UNKNOWN_CAMPAIGN` (then counted as a day like others)
    """

    start: datetime
    contacts: float | None
    usual: float | None
    month: float = 1.0
    holiday: float = 1.0
    campaign: float = 1.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """What was learnt from history.

    :param level: the last weeks ÷ the usual of all history
    :param cells: usual contacts by (weekday from Monday = 0, time of day)
    :param months: factor by month; empty: less than two years are known
    :param holidays: factor by name; *any_holiday* for names not seen yet, ``None``: none seen
    :param uplifts: share by kind of campaign
    """

    first: date
    last: date
    level: float
    cells: Cells
    months: Mapping[int, float]
    holidays: Mapping[str, float]
    any_holiday: float | None
    uplifts: Mapping[str, float]
    occasions: Occasions

    def predict(self, starts: Iterable[datetime]) -> list[Prediction]:
        """A prediction for each interval, in the order given."""
        return [self._predict(start) for start in starts]

    def weekday_factors(self) -> dict[int, float]:
        """Contacts of each open weekday ÷ mean of the open weekdays."""
        sums = defaultdict(float)
        for (weekday, _slot), usual in sorted(self.cells.items()):
            sums[weekday] += usual
        mean = math.fsum(sums.values()) / len(sums)
        return {weekday: total / mean for weekday, total in sums.items()}

    def profile(self, weekday: int) -> dict[time, float]:
        """Share of the day's contacts by time of day; empty on a closed weekday."""
        slots = {slot: usual for (day, slot), usual in sorted(self.cells.items()) if day == weekday}
        whole = math.fsum(slots.values())
        return {slot: usual / whole for slot, usual in slots.items()} if whole else {}

    def _predict(self, start):
        day = start.date()
        cell = self.cells.get((day.weekday(), start.time()))
        if cell is None:
            return Prediction(start, None, None, notes=(UNKNOWN_INTERVAL,))
        holiday, holiday_notes = self._holiday(day)
        campaign, campaign_notes = self._campaign(day)
        usual, month = self.level * cell, self.months.get(day.month, 1.0)
        contacts = usual * month * holiday * campaign
        notes = (*holiday_notes, *campaign_notes)
        return Prediction(start, contacts, usual, month, holiday, campaign, notes)

    def _holiday(self, day):
        name = self.occasions.holidays.get(day)
        if name is None:
            return 1.0, ()
        factor = self.holidays.get(name, self.any_holiday)
        return (1.0, (UNKNOWN_HOLIDAY,)) if factor is None else (factor, ())

    def _campaign(self, day):
        """Factors of the campaigns of a day multiply."""
        factor, notes = 1.0, ()
        for campaign in self.occasions.campaigns_on(day):
            uplift = campaign.uplift
            if uplift is None:
                uplift = self.uplifts.get(campaign.kind)
            if uplift is None:
                notes = (UNKNOWN_CAMPAIGN,)
            else:
                factor *= 1.0 + uplift
        return factor, notes


def fit(
    history: Iterable[Count],
    occasions: Occasions | None = None,
    shape_half_life: float = 84.0,
    level_half_life: float = 14.0,
) -> Model:
    """Learn from *history*.

    :param history: ``(local start, contacts)`` of each interval in which the queue was open, those
        with 0 contacts too; of the same start (clocks put back) the contacts are added
    :param shape_half_life: days after which a day counts half for the usual contacts
    :param level_half_life: the same for the level
    :raises NotEnoughData: fewer than four weeks, no normal day, or no contact at all
    :raises ValueError: contacts that are negative or no number, half-lives not above 0
    """
    occasions = occasions or Occasions()
    for value in (shape_half_life, level_half_life):
        if not value > 0:
            raise ValueError(f"A half-life must be above 0 days, not {value!r}.")
    return _fit(_by_day(history), occasions, shape_half_life, level_half_life)


def _fit(days, occasions, shape_half_life, level_half_life):
    normal = _normal_days(days, occasions)
    past = _Past(days, normal, {}, {})
    past = _Past(days, normal, past.cells_of(math.inf), {})
    past = _Past(days, normal, past.cells, _months(past))
    past = _Past(days, normal, past.cells_of(shape_half_life), past.months)
    if not any(past.cells.values()):
        raise NotEnoughData(f"No time of a weekday was open {LEAST_SEEN} times with contacts.")
    holidays, any_holiday = _holidays(past, occasions)
    return Model(
        min(days),
        max(days),
        past.level(level_half_life),
        past.cells,
        past.months,
        holidays,
        any_holiday,
        _uplifts(past, occasions),
        occasions,
    )


def _start(row):
    return row[0]


def _by_day(history):
    """Contacts by day and time of day, in order; bad counts are refused."""
    days = defaultdict(lambda: defaultdict(float))
    for start, contacts in sorted(history, key=_start):
        number = isinstance(contacts, (int, float)) and not isinstance(contacts, bool)
        if not (number and math.isfinite(contacts) and contacts >= 0):
            raise ValueError(f"Contacts at {start} must be 0 or more, not {contacts!r}.")
        days[start.date()][start.time()] += contacts
    return days


def _normal_days(days, occasions):
    """Days to learn from; raises :class:`NotEnoughData` when they do not suffice."""
    known = (max(days) - min(days)).days + 1 if days else 0
    if known < LEAST_DAYS:
        raise NotEnoughData(f"A forecast needs {LEAST_DAYS} days of history, there are {known}.")
    normal = [day for day in sorted(days) if occasions.normal(day)]
    if not normal:
        raise NotEnoughData("All days of the history are holidays, campaigns or ignored.")
    if not any(contacts for day in normal for contacts in days[day].values()):
        raise NotEnoughData("No contact came on a normal day of the history.")
    return normal


@dataclass(frozen=True)
class _Past:
    """History with what is known of it so far: usual contacts and months."""

    days: Mapping[date, Day]
    normal: list[date]
    cells: Cells
    months: Mapping[int, float]

    def cells_of(self, half_life):
        """Weighted mean of contacts ÷ month by weekday and time, of times seen often enough."""
        sums, weights, seen = defaultdict(float), defaultdict(float), defaultdict(int)
        for day in self.normal:
            weight = self._weight(day, half_life)
            month = self.months.get(day.month, 1.0)
            for slot, contacts in self.days[day].items():
                cell = day.weekday(), slot
                sums[cell] += weight * contacts / month
                weights[cell] += weight
                seen[cell] += 1
        return {
            cell: total / weights[cell] for cell, total in sums.items() if seen[cell] >= LEAST_SEEN
        }

    def _weight(self, day, half_life):
        return 0.5 ** ((self.normal[-1] - day).days / half_life)

    def actual_and_usual(self, day, whole_day=False):
        """Contacts of a day, and the usual ones of the intervals that were recorded.

        :param whole_day: of all intervals of the weekday: what was not recorded was closed
        """
        weekday, slots = day.weekday(), self.days.get(day, {})
        actual = math.fsum(
            contacts for slot, contacts in slots.items() if (weekday, slot) in self.cells
        )
        if whole_day:
            usual = [usual for (other, _slot), usual in self.cells.items() if other == weekday]
        else:
            usual = [self.cells.get((weekday, slot), 0.0) for slot in slots]
        return actual, math.fsum(usual) * self.months.get(day.month, 1.0)

    def ratio(self, weighted_days):
        """Σ weight · contacts ÷ Σ weight · usual, ``None`` without anything usual."""
        pairs = [(weight, *self.actual_and_usual(day)) for day, weight in weighted_days]
        usual = math.fsum(weight * expected for weight, _actual, expected in pairs)
        actual = math.fsum(weight * found for weight, found, _expected in pairs)
        return actual / usual if usual else None

    def level(self, half_life):
        """Level of the last days; 1 where the last ones say nothing."""
        found = self.ratio((day, self._weight(day, half_life)) for day in self.normal)
        return 1.0 if found is None else found

    def level_around(self, day):
        """Level of the normal days within four weeks of *day*."""
        return self.ratio((other, 1.0) for other in self.normal if abs(other - day) <= _AROUND)

    def effect(self, days):
        """Contacts on special days ÷ what the time around them and the weekday led to expect."""
        actual = expected = 0.0
        for day in days:
            found, usual = self.actual_and_usual(day, whole_day=True)
            around = self.level_around(day)
            if around is not None:
                actual += found
                expected += usual * around
        return actual / expected if expected else None


def _months(past):
    """Factor by month with mean 1; empty unless each month has a year of others around it.

    That takes two years: the first and the last six months only surround.
    """
    ratios = _month_ratios(past)
    found = defaultdict(list)
    for place in range(6, len(ratios) - 6):
        around = [ratio for _month, ratio in ratios[place - 6 : place + 7]]
        if None in around:
            continue
        # twelve months around the middle of this one: the outer two count half
        trend = (math.fsum(around) - (around[0] + around[-1]) / 2) / 12
        if trend:
            found[ratios[place][0]].append(around[6] / trend)
    if len(found) < 12:
        return {}
    factors = {month: math.fsum(values) / len(values) for month, values in found.items()}
    mean = math.fsum(factors.values()) / 12
    # a month without any contact would forbid to learn from it
    return {m: f / mean for m, f in factors.items()} if min(factors.values()) > 0 else {}


def _month_ratios(past):
    """``(month, level)`` of each calendar month in order; ``None``: too few normal days."""
    by_month = defaultdict(list)
    for day in past.normal:
        by_month[day.year * 12 + day.month - 1].append((day, 1.0))
    return [
        (
            number % 12 + 1,
            past.ratio(by_month[number]) if len(by_month[number]) >= _LEAST_DAYS_OF_MONTH else None,
        )
        for number in range(min(by_month), max(by_month) + 1)
    ]


def _holidays(past, occasions):
    """Factor by name of the holidays in history outside campaigns, and of all together.

    A day without a record between days with some was closed: its factor is 0.
    """
    first, last = min(past.days), max(past.days)
    days = defaultdict(list)
    for day, name in sorted(occasions.holidays.items()):
        if first <= day <= last and _only(occasions, day):
            days[name].append(day)
    factors = {name: past.effect(found) for name, found in days.items()}
    known = {name: factor for name, factor in factors.items() if factor is not None}
    return known, past.effect([day for found in days.values() for day in found])


def _only(occasions, day):
    """Whether nothing but the holiday made the day special."""
    return day not in occasions.ignored and not occasions.campaigns_on(day)


def _uplifts(past, occasions):
    """Share by kind of campaign, from its past days that have no other occasion."""
    other = {*occasions.holidays, *occasions.ignored}
    days = defaultdict(list)
    for day in past.days:
        campaigns = occasions.campaigns_on(day)
        if len(campaigns) == 1 and day not in other:
            days[campaigns[0].kind].append(day)
    effects = {kind: past.effect(found) for kind, found in days.items()}
    return {kind: effect - 1.0 for kind, effect in effects.items() if effect is not None}


# --- the error ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errors:
    """How far forecasts were off.

    :param wape: Σ |forecast − contacts| ÷ Σ contacts
    :param mape: mean of |forecast − contacts| ÷ contacts over intervals with contacts; few
        contacts make it large, so staffing looks at *wape*
    :param bias: Σ (forecast − contacts) ÷ Σ contacts: above 0 too many were expected
    :param intervals: compared; *with_contacts* of them had any
    """

    wape: float | None
    mape: float | None
    bias: float | None
    intervals: int
    with_contacts: int


def errors(pairs: Iterable[tuple[float, float]]) -> Errors:
    """Errors of ``(forecast, contacts)``; shares without a denominator are ``None``."""
    pairs = list(pairs)
    total = math.fsum(contacts for _forecast, contacts in pairs)
    off = math.fsum(abs(forecast - contacts) for forecast, contacts in pairs)
    signed = math.fsum(forecast - contacts for forecast, contacts in pairs)
    shares = [abs(forecast - contacts) / contacts for forecast, contacts in pairs if contacts]
    return Errors(
        off / total if total else None,
        math.fsum(shares) / len(shares) if shares else None,
        signed / total if total else None,
        len(pairs),
        len(shares),
    )


@dataclass(frozen=True)
class HoldOut:
    """Errors on weeks that were held out, of the forecast and of the naive one, on equal intervals.

    :param weeks: weeks held out
    :param skipped: intervals without a forecast or without the same interval a week before
    """

    forecast: Errors
    naive: Errors
    weeks: int
    skipped: int

    @property
    def better(self) -> bool | None:
        """Whether the forecast beats "same interval last week"; ``None``: nothing to compare."""
        if self.forecast.wape is None:
            return None
        return self.forecast.wape < self.naive.wape


def hold_out(
    history: Iterable[Count],
    occasions: Occasions | None = None,
    weeks: int = 4,
    shape_half_life: float = 84.0,
    level_half_life: float = 14.0,
) -> HoldOut:
    """Forecast each of the last *weeks* weeks from what was known before it, and compare.

    :raises NotEnoughData: history before the weeks does not allow a forecast
    :raises ValueError: as :func:`fit`, or weeks not a whole number from 1
    """
    if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 1:
        raise ValueError(f"Weeks must be a whole number from 1, not {weeks!r}.")
    history = sorted(history, key=_start)
    counts = _by_start(history)
    compared, held = [], 0
    for first in _first_days(counts, weeks):
        before = [row for row in history if row[0].date() < first]
        model = fit(before, occasions, shape_half_life, level_half_life)
        week = [start for start in counts if first <= start.date() < first + _WEEK]
        compared += _compare(model, week, counts)
        held += len(week)
    ours, naive = ([(row[place], row[2]) for row in compared] for place in (0, 1))
    return HoldOut(errors(ours), errors(naive), weeks, held - len(compared))


def _by_start(history):
    days = _by_day(history)
    return {
        datetime.combine(day, slot): contacts
        for day, slots in days.items()
        for slot, contacts in slots.items()
    }


def _first_days(counts, weeks):
    """First day of each of the last *weeks* weeks, which end with the last day of history."""
    if not counts:
        raise NotEnoughData("There is no history.")
    end = max(counts).date() + timedelta(days=1)
    return [end - back * _WEEK for back in range(weeks, 0, -1)]


def _compare(model, starts, counts):
    """``(forecast, contacts a week before, contacts)`` where all three are known."""
    return [
        (found.contacts, counts[found.start - _WEEK], counts[found.start])
        for found in model.predict(starts)
        if found.contacts is not None and found.start - _WEEK in counts
    ]
