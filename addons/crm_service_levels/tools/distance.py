"""Distance between two places on the earth (SVC-L1: the nearest dealers)."""

from math import asin, cos, radians, sin, sqrt

#: Mean radius of the earth in km (IUGG).
RADIUS = 6371.0088


def kilometers(here, there):
    """Great-circle distance in km by the haversine formula (R. W. Sinnott, 1984).

    :param here, there: ``(latitude, longitude)`` in degrees
    :return: km, or None when a place is not known (Odoo's 0, 0)

    A degree of a meridian is 2π · 6371.0088 / 360 = 111.195 km.

    >>> round(kilometers((1, 0), (2, 0)), 3)
    111.195
    """
    if not any(here) or not any(there):
        return None
    lat1, lon1, lat2, lon2 = map(radians, (*here, *there))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS * asin(min(1.0, sqrt(half)))


def nearness(here, there):
    """Key that sorts dealers. Where the customer's coordinates are known the nearer ones come
    first, those without coordinates last; else those of the same state, then of the same country,
    then the others, by name.

    :param here: ``(country, state, (latitude, longitude))`` of the customer
    :param there: the same of the dealer, and his name
    """
    country, state, place = here
    other_country, other_state, other_place, name = there
    same = country and country == other_country
    rank = 0 if same and state and state == other_state else 1 if same else 2
    far = kilometers(place, other_place)
    return (far is None, far or 0.0, rank, name) if any(place) else (rank, name)
