"""Vocabularies of the reference data."""

from app.foundation.labelled import Labelled


class DivisionLevel(Labelled):
    """What kind of place a division is."""

    COUNTRY = "country", "全国"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    ZONE = "zone", "功能区"  # development zones: statistical codes, not in GB/T 2260
