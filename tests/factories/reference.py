"""A province, its city, two counties and a zone: enough places for every test of visibility."""

from typing import Final

from sqlalchemy.orm import Session

from app.reference.domain import DivisionLevel
from app.reference.models import Division, DivisionClosure

PROVINCE, CITY = "130000", "130500"
XIANGDU, XINDU, ZONE = "130502", "130503", "130571"
OTHER_CITY, OTHER_COUNTY = "130400", "130402"

_PLACES: Final = (  # parents first
    ("0", "中国", DivisionLevel.COUNTRY, None),
    (PROVINCE, "河北省", DivisionLevel.PROVINCE, "0"),
    (CITY, "邢台市", DivisionLevel.CITY, PROVINCE),
    (XIANGDU, "襄都区", DivisionLevel.COUNTY, CITY),
    (XINDU, "信都区", DivisionLevel.COUNTY, CITY),
    (ZONE, "邢台经济开发区", DivisionLevel.ZONE, CITY),
    (OTHER_CITY, "邯郸市", DivisionLevel.CITY, PROVINCE),
    (OTHER_COUNTY, "邯山区", DivisionLevel.COUNTY, OTHER_CITY),
)


def places(session: Session) -> None:
    """Write the places and their closure, once; a place already there is left as it is."""
    if session.get(Division, ZONE) is not None:
        return
    parents = {code: parent for code, _, _, parent in _PLACES}
    for code, name, level, parent in _PLACES:
        session.add(
            Division(
                code=code,
                name=name,
                level=level,
                parent_code=parent,
                since=None,
                until=None,
                source="测试",
            )
        )
        session.flush()  # A parent must be there before its children.
        depth, ancestor = 0, code
        while ancestor is not None:
            session.add(DivisionClosure(ancestor_code=ancestor, descendant_code=code, depth=depth))
            depth, ancestor = depth + 1, parents[ancestor]
    session.flush()
