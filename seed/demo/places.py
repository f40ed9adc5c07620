"""The places of the demo: a fictional province with one city (GB/T 2260 has no code 99)."""

from dataclasses import dataclass
from typing import Final

PROVINCE: Final = "990000"
CITY: Final = "990100"
ZONE: Final = "990171"


@dataclass(frozen=True, slots=True)
class Place:
    """A division: its code, its name, its level (a code of `DivisionLevel`), what it lies in."""

    code: str
    name: str
    level: str
    parent: str


COUNTIES: Final = (
    Place("990101", "溪东区", "county", CITY),
    Place("990102", "云岭区", "county", CITY),
    Place("990103", "青竹县", "county", CITY),
    Place("990104", "白渡县", "county", CITY),
    Place(ZONE, "云溪经济开发区", "zone", CITY),
)
PLACES: Final = (
    Place(PROVINCE, "云中省", "province", "0"),
    Place(CITY, "云溪市", "city", PROVINCE),
    *COUNTIES,
)
