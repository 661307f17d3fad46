"""Who gets the credit for a deal: rules, Markov removal effect, Shapley value (ROI-2).

A *journey* is the tuple of touches before a deal, oldest first. The rules answer with one weight
per touch that add up to 1; the models learn from all journeys, also from those without a deal.

Sources: E. Anderl, I. Becker, F. von Wangenheim, J. Schumann, "Mapping the customer journey",
International Journal of Research in Marketing 33 (2016), for the Markov graphs and the removal
effect; K. Zhao, S. Mahboobi, S. Bagheri, "Shapley value methods for attribution modeling in
online advertising" (2018), for sets of channels as players; a set is worth its share of deals here,
not their number, so that journeys without a deal count, too.
"""

import functools
import itertools
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

POSITION_SHARES = (0.4, 0.2, 0.4)
HALF_LIFE_DAYS = 7.0
#: Up to so many channels every coalition is tried; above, orders are drawn.
EXACT_CHANNELS = 10
SAMPLES = 2000
#: Touches of journeys of different channels × orders above which no orders are drawn: a minute.
MOST_WORK = 5 * 10**9
#: States of a Markov graph above which it is not solved: its matrix would not fit.
MOST_STATES = 5000
#: Up to so many possible values are counted in a table, more are sorted.
DENSE = 4_000_000
#: States of a Markov graph beside the channels.
START, DEAL, NOTHING = "(start)", "(deal)", "(nothing)"


@dataclass(frozen=True)
class Touch:
    """One contact before a deal: its channel (or campaign, wave …) and how many days before."""

    key: object
    days: float = 0.0
    direct: bool = False


# -- rules: one journey at a time ---------------------------------------------------------------


def first(journey):
    """All to the touch that began the journey."""
    return [1.0] + [0.0] * (len(journey) - 1)


def last(journey):
    """All to the touch just before the deal."""
    return [0.0] * (len(journey) - 1) + [1.0]


def last_non_direct(journey):
    """All to the last touch that was not the customer's own (direct); to the last if all were."""
    chosen = max((i for i, touch in enumerate(journey) if not touch.direct), default=None)
    if chosen is None:
        return last(journey)
    return [float(i == chosen) for i in range(len(journey))]


def linear(journey):
    """The same to every touch."""
    return [1.0 / len(journey)] * len(journey)


def position(journey, shares=POSITION_SHARES):
    """40 % to the first, 40 % to the last, 20 % among those between; two touches share equally."""
    start, middle, end = shares
    if len(journey) == 1:
        return [1.0]
    if len(journey) == 2:
        return [start / (start + end), end / (start + end)]
    between = [middle / (len(journey) - 2)] * (len(journey) - 2)
    return [start, *between, end]


def time_decay(journey, half_life=HALF_LIFE_DAYS):
    """A touch counts half as much as one that was *half_life* days later."""
    nearest = min(touch.days for touch in journey)
    weights = [0.5 ** ((touch.days - nearest) / half_life) for touch in journey]
    total = sum(weights)
    return [weight / total for weight in weights]


RULES = {
    "first": first,
    "last": last,
    "last_non_direct": last_non_direct,
    "linear": linear,
    "position": position,
    "time_decay": time_decay,
}


# -- Markov: what would be lost without a channel -------------------------------------------------


class TooManyStatesError(ValueError):
    """The journeys have too many different forms for a Markov graph of this order."""


class TooManyJourneysError(ValueError):
    """Too many journeys of different channels to draw orders for a Shapley value."""


@dataclass(frozen=True)
class Path:
    """Journeys of one form: the channels in order, how many ended in a deal and how many not."""

    keys: tuple
    deals: float = 0.0
    nothing: float = 0.0


def transitions(paths, order=1):
    """Counts of moves between states, a state being the last *order* channels of a journey.

    :return: ``{(state, next state): count}``
    """
    flat = list(itertools.chain.from_iterable(path.keys for path in paths))
    lengths = np.fromiter((len(path.keys) for path in paths), int, len(paths))
    deals = np.fromiter((path.deals for path in paths), float, len(paths))
    nothing = np.fromiter((path.nothing for path in paths), float, len(paths))
    return moves(flat, lengths, deals, nothing, order)


def moves(flat, lengths, deals, nothing, order=1):
    """As :func:`transitions`, of journeys in columns: a million are counted within a second.

    :param flat: keys of all journeys, one journey after the other
    :param lengths: how many of them each journey has; at least one
    :param deals, nothing: how often each journey ended so
    """
    if not len(lengths):
        return {}
    names = list(dict.fromkeys(flat))
    codes = dict(zip(names, range(1, len(names) + 1), strict=True))
    keys = np.fromiter(map(codes.__getitem__, flat), np.int64, len(flat))
    last = np.cumsum(lengths) - 1
    starts = last - lengths + 1
    base = len(names) + 1
    if order == 1:
        codes, states = _distinct(keys, base)
    else:
        depth = np.arange(len(keys)) - np.repeat(starts, lengths)
        codes, states = _distinct(_states(keys, depth, order, base), base**order)
    shown = [_channels(code, names, base) for code in codes.tolist()]
    return _counted(shown, states, starts, last, lengths, deals, nothing)


def _states(keys, depth, order, base):
    """The last *order* codes at each touch as one number; 0 where the journey had not begun."""
    states = keys
    for back in range(1, order):
        earlier = np.roll(keys, back)
        earlier[depth < back] = 0
        states = states + earlier * base**back
    return states


def _channels(state, names, base):
    """Channels of the number of a state, oldest first."""
    channels = []
    while state:
        state, code = divmod(state, base)
        channels.append(names[code - 1])
    return tuple(reversed(channels))


def _distinct(values, limit):
    """(different values, place of each value among them); counted where *limit* is small."""
    if limit > DENSE:
        found, places = np.unique(values, return_inverse=True)
        return found, places.ravel()
    found = np.flatnonzero(np.bincount(values, minlength=1))
    places = np.zeros(limit, np.int64)
    places[found] = np.arange(len(found))
    return found, places[values]


def _counted(shown, states, starts, last, lengths, deals, nothing):
    """Moves into first states, between states and to the ends, each with its count."""
    size, weight = len(shown), deals + nothing
    counts = {}

    def count(names, codes, weights):
        sums = np.bincount(codes, weights, len(names))
        for code in np.flatnonzero(sums).tolist():
            counts[names[code]] = float(sums[code])

    count([(START, state) for state in shown], states[starts], weight)
    count([(state, DEAL) for state in shown], states[last], deals)
    count([(state, NOTHING) for state in shown], states[last], nothing)
    inner = np.ones(len(states), bool)
    inner[last] = False
    here = np.flatnonzero(inner)
    pairs, places = _distinct(states[here] * size + states[here + 1], size * size)
    pairs = [(shown[pair // size], shown[pair % size]) for pair in pairs.tolist()]
    count(pairs, places, np.repeat(weight, lengths)[here])
    return counts


def removal_effects(counts):
    """Share of the deals that would be lost without each channel.

    Exact: the chance to end in a deal is the solution of a linear system, with all moves into a
    state that holds the channel leading nowhere. All channels are solved by corrections of one
    inverse (Woodbury), so that the graph is factorised once.

    :param counts: as from :func:`transitions`
    :return: ``{channel: effect between 0 and 1}``
    :raises TooManyStatesError: a lower order has fewer
    """
    states = sorted({state for state, _next in counts}, key=repr)
    if len(states) > MOST_STATES:
        raise TooManyStatesError(len(states))
    index = {state: number for number, state in enumerate(states)}
    moves, ends = _matrices(counts, index)
    inverse = np.linalg.inv(np.eye(len(states)) - moves)
    start = inverse[index[START]]
    reached = float(start @ ends)
    holders = defaultdict(list)
    for state, number in index.items():
        for key in set(state) if state != START else ():
            holders[key].append(number)
    return {
        key: (_lost(inverse, start, ends, gone) / reached if reached else 0.0)
        for key, gone in holders.items()
    }


def _matrices(counts, index):
    """(chances to move between states, chances to end in a deal)."""
    moves, ends = np.zeros((len(index), len(index))), np.zeros(len(index))
    totals = defaultdict(float)
    for (state, _next), count in counts.items():
        totals[state] += count
    for (state, following), count in counts.items():
        chance = count / totals[state]
        if following == DEAL:
            ends[index[state]] += chance
        elif following != NOTHING:
            moves[index[state], index[following]] += chance
    return moves, ends


def _lost(inverse, start, ends, gone):
    """Chance of a deal that goes through the states *gone*.

    A walk that may not enter them: with N the inverse, the visits to other states are
    N - N[:, gone] N[gone, gone]^-1 N[gone, :], and the chance that is lost is what was subtracted.
    """
    into = np.linalg.solve(inverse[np.ix_(gone, gone)].T, start[gone])
    return float(into @ (inverse[gone] @ ends))


def markov(paths, order=1):
    """Deals of each channel: all deals, in proportion to the removal effects.

    :return: ``{channel: deals}``, adding up to the deals of *paths*
    """
    total = sum(path.deals for path in paths)
    return in_proportion(removal_effects(transitions(paths, order)), total) if paths else {}


def in_proportion(effects, total):
    """*total* shared in proportion to *effects*; equally when there is no effect at all."""
    whole = sum(effects.values())
    if not whole:
        return {key: total / len(effects) for key in effects}
    return {key: total * effect / whole for key, effect in effects.items()}


# -- Shapley: the average contribution over all orders of joining ---------------------------------


def shapley(paths, samples=SAMPLES, seed=0):
    """Deals of each channel by its Shapley value.

    A set of channels is worth the share of deals among the journeys that need no other channel.
    Exact up to :data:`EXACT_CHANNELS` channels; above, *samples* orders drawn with *seed*. A
    channel with which fewer journeys end in a deal gets nothing and is not charged.

    :return: ``{channel: deals}``, adding up to the deals of *paths*
    :raises TooManyJourneysError: a coarser level or a shorter period has fewer
    """
    if not paths:
        return {}
    worth = _Worth(paths)
    players = sorted(worth.channels, key=repr)
    values = (
        _exact_shapley(worth, players)
        if len(players) <= EXACT_CHANNELS
        else _sampled_shapley(worth, players, samples, seed)
    )
    return in_proportion({key: max(value, 0.0) for key, value in values.items()}, worth.deals)


class _Worth:
    """Share of deals among the journeys within a set of channels.

    Sets are bits in words of 63, so that one comparison asks all journeys at once.
    """

    def __init__(self, paths):
        sets = defaultdict(lambda: [0.0, 0.0])
        for path in paths:
            entry = sets[frozenset(path.keys)]
            entry[0] += path.deals
            entry[1] += path.deals + path.nothing
        self.channels = frozenset().union(*sets)
        self.place = {key: number for number, key in enumerate(sorted(self.channels, key=repr))}
        self.bits = np.array([self._words(channels) for channels in sets], np.int64)
        self.sets = list(sets)
        self.counts = np.array(list(sets.values()))
        self.deals = sum(deals for deals, _all in sets.values())

    def _words(self, channels):
        words = [0] * (len(self.place) // 63 + 1)
        for key in channels:
            word, bit = divmod(self.place[key], 63)
            words[word] |= 1 << bit
        return words

    def __call__(self, coalition):
        outside = ~np.array(self._words(coalition), np.int64)
        inside = ~np.any(self.bits & outside, axis=1)
        deals, everything = self.counts[inside].sum(axis=0)
        return float(deals / everything) if everything else 0.0


class _Joining:
    """What each channel adds as all join one after the other; nothing is kept between orders.

    A journey is within the set from the moment its last channel has joined, so that one pass over
    the journeys tells the worth of all sets on the way.
    """

    def __init__(self, worth):
        self.counts = worth.counts
        self.flat = np.array([worth.place[key] for keys in worth.sets for key in keys], np.int64)
        lengths = [len(keys) for keys in worth.sets]
        self.starts = np.cumsum([0, *lengths[:-1]])

    def gains(self, order):
        """What each of *order* (places of all channels) adds when it joins, in that order."""
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        complete = np.maximum.reduceat(rank[self.flat], self.starts)
        deals, everything = (
            np.bincount(complete, column, len(order)).cumsum() for column in self.counts.T
        )
        worth = np.divide(deals, everything, out=np.zeros(len(order)), where=everything > 0)
        return np.diff(worth, prepend=0.0)


def _exact_shapley(worth, players):
    """Sum over all coalitions without the player, weighted by how many orders begin so."""
    n, values = len(players), dict.fromkeys(players, 0.0)
    worth = functools.cache(worth)
    for player in players:
        others = [other for other in players if other != player]
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for chosen in itertools.combinations(others, size):
                coalition = frozenset(chosen)
                values[player] += weight * (worth(coalition | {player}) - worth(coalition))
    return values


def _sampled_shapley(worth, players, samples, seed):
    """Average contribution over *samples* orders; each order is used backwards, too."""
    joining = _Joining(worth)
    if len(joining.flat) * samples > MOST_WORK:
        raise TooManyJourneysError(len(joining.flat))
    draw, values, pairs = random.Random(seed), np.zeros(len(players)), max(1, samples // 2)
    for _pair in range(pairs):
        order = np.array(draw.sample(range(len(players)), len(players)))
        for sequence in (order, order[::-1]):
            values[sequence] += joining.gains(sequence)
    return dict(zip(players, (values / (2 * pairs)).tolist(), strict=True))


# -- from the whole to single deals ---------------------------------------------------------------


def spread(paths, totals, rounds=500, close=1e-9):
    """Weight of each channel with which single deals are shared so that a model's totals come out.

    A deal gives each channel of its journey its weight ÷ the weights of all of them. The weights
    are found by turns (as in iterative proportional fitting): each is scaled by what the channel
    should have over what it has. Where no weights give the totals, the nearest ones stand, e.g.
    when a model takes from a channel that was alone in its deals.

    :param totals: ``{channel: deals}`` of the model
    :return: ``{channel: weight > 0}``, the mean being 1
    """
    sets = Counter()
    for path in paths:
        sets[frozenset(path.keys)] += path.deals
    channels = list(totals)
    place = {key: number for number, key in enumerate(channels)}
    rows, columns, deals = [], [], []
    for number, (keys, count) in enumerate(item for item in sets.items() if item[1]):
        rows += [number] * len(keys)
        columns += [place[key] for key in keys]
        deals.append(count)
    weights = _scaled(
        rows, columns, deals, np.array([totals[key] for key in channels]), rounds, close
    )
    return dict(zip(channels, weights.tolist(), strict=True))


def _scaled(rows, columns, deals, wanted, rounds, close):
    rows, columns, deals = np.array(rows, int), np.array(columns, int), np.array(deals, float)
    weights = np.ones(len(wanted))
    for _round in range(rounds):
        here = weights[columns]
        whole = np.bincount(rows, here, len(deals))
        has = np.bincount(columns, here * (deals / whole)[rows], len(wanted))
        if np.allclose(has, wanted, rtol=close, atol=close):
            break
        weights = weights * np.divide(wanted, has, out=np.ones_like(has), where=has > 0)
        weights = np.maximum(weights / weights.mean(), 1e-9)
    return weights
