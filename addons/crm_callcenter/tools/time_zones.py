"""In which time zone a customer is, by country and state (CC-6).

Countries with one zone need no table. For the large ones the state decides; where a state has two
zones, both are given, and nobody is called before both are open. Zones and their states are those
of the IANA time zone database (America/New_York … Australia/Perth).
"""

_US = {
    "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL LA MN MO MS OK WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA WA NV",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "America/New_York America/Chicago": "FL IN KY MI TN",
    "America/Chicago America/Denver": "KS ND NE SD TX",
    "America/Denver America/Los_Angeles": "ID OR",
}
_CA = {
    "America/St_Johns": "NL",
    "America/Halifax": "NB NS PE",
    "America/Toronto": "QC",
    "America/Toronto America/Winnipeg": "ON",
    "America/Winnipeg": "MB",
    "America/Regina": "SK",
    "America/Edmonton": "AB",
    "America/Edmonton America/Vancouver": "BC",
    "America/Whitehorse": "YT",
    "America/Yellowknife": "NT",
    "America/Toronto America/Edmonton": "NU",
}
_AU = {
    "Australia/Sydney": "ACT NSW",
    "Australia/Melbourne": "VIC",
    "Australia/Hobart": "TAS",
    "Australia/Brisbane": "QLD",
    "Australia/Adelaide": "SA",
    "Australia/Darwin": "NT",
    "Australia/Perth": "WA",
}
_BR = {
    "America/Sao_Paulo": "AL AP BA CE DF ES GO MA MG PA PB PE PI PR RJ RN RS SC SE SP TO",
    "America/Manaus": "AM MS MT RO RR",
    "America/Rio_Branco": "AC",
}
STATES = {
    country: {
        state: tuple(zones.split()) for zones, states in table.items() for state in states.split()
    }
    for country, table in {"US": _US, "CA": _CA, "AU": _AU, "BR": _BR}.items()
}
#: One clock for the whole country, whatever the map says of its far parts.
ONE = {
    "CN": ("Asia/Shanghai",),
    "ES": ("Europe/Madrid",),
    "PT": ("Europe/Lisbon",),
    "DE": ("Europe/Berlin",),
    "NZ": ("Pacific/Auckland",),
    "UA": ("Europe/Kyiv",),
    "MY": ("Asia/Kuala_Lumpur",),
    "AR": ("America/Argentina/Buenos_Aires",),
    "CL": ("America/Santiago",),
    "EC": ("America/Guayaquil",),
    "UZ": ("Asia/Tashkent",),
    "VN": ("Asia/Ho_Chi_Minh",),
}


def zones_of(country, state, of_country, of_number=(), otherwise="UTC"):
    """Names of the zones somebody may be in.

    :param country: ISO code of his country, empty when it is not known
    :param state: code of the state there, may be empty
    :param of_country: all zones of the country
    :param of_number: zones of his number's prefix, asked where the address says too little
    :param otherwise: zone without any hint
    :return: tuple, never empty
    """
    if found := STATES.get(country, {}).get(state):
        return found
    if country in ONE:
        return ONE[country]
    if len(of_country) == 1:
        return tuple(of_country)
    narrowed = tuple(zone for zone in of_number if not of_country or zone in of_country)
    return narrowed or tuple(of_country) or (otherwise,)
