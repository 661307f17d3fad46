"""Split an amount by weights so that the parts add up to it exactly (ROI-2, ROI-3)."""

from decimal import ROUND_FLOOR, Decimal


def allocate(amount, weights, digits=2):
    """Return one part per weight, in units of ``digits`` decimals, adding up to ``amount``.

    Largest remainder: everybody gets his share rounded down, and the units left over go one by
    one to the largest remainders, then to the earlier position. Weights of zero or less get
    nothing. Without a positive weight nobody can carry the amount: all parts are zero.
    """
    unit = Decimal(1).scaleb(-digits)
    units = int((Decimal(str(amount)) / unit).to_integral_value())
    shares = [max(Decimal(str(weight)), Decimal(0)) for weight in weights]
    total = sum(shares)
    if not total:
        return [Decimal(0) * unit] * len(shares)
    exact = [units * share / total for share in shares]
    floors = [int(part.to_integral_value(ROUND_FLOOR)) for part in exact]
    order = sorted(range(len(shares)), key=lambda i: (-(exact[i] - floors[i]), i))
    for position in order[: units - sum(floors)]:
        floors[position] += 1
    return [part * unit for part in floors]
