"""The demo city, whole: the twelve stories and the firms around them. Same seed, same city."""

from datetime import date
from random import Random
from typing import Final

from seed.demo.codes import credit_code
from seed.demo.figures import history
from seed.demo.firms import City, Firm, FormerName, Incident, Platform
from seed.demo.kinds import KINDS, POPULATION, Kind, founding_day, shape
from seed.demo.names import PLAIN_TRADES, TRADES, trade_name
from seed.demo.places import COUNTIES, ZONE
from seed.demo.rights import rights
from seed.demo.stories import stories

SEED: Final = 20261124
_SHARES: Final = (5, 4, 3, 2, 4)  # firms per county of COUNTIES, relative
_CLOSED_ON: Final = date(2026, 3, 18)
_RENAMED_ON: Final = date(2026, 4, 10)
_RENAMED_WAITING: Final = 2  # with story ⑩ these are the list's three former names


def generate(seed: int = SEED, times: int = 1) -> City:
    """The city of `seed`; `times` multiplies the ordinary firms for measurements."""
    random = Random(seed)  # noqa: S311 a demo city needs repeatability, not secrecy
    told = stories()
    used = {firm.name for firm in told}
    firms: list[Firm] = []
    serial = 100
    for kind in KINDS:
        for _ in range(kind.count * times):
            serial += 1
            firms.append(_firm(random, kind, serial, used, is_big=times > 1))
    _rename(firms)
    return City(firms=(*told, *firms))


def size(times: int = 1) -> int:
    """How many firms `generate` makes."""
    return len(stories()) + POPULATION * times


def _firm(random: Random, kind: Kind, serial: int, used: set[str], *, is_big: bool) -> Firm:
    registered, managing = _places(random)
    trades = PLAIN_TRADES if kind.is_plain else TRADES
    trade, industry, product = trades[random.randrange(len(trades))]
    founded = founding_day(random, kind)
    place = "云溪" if registered.endswith("71") else _county_word(registered)
    word = trade_name(random, used) if not is_big else f"{trade_name(random, set())}{serial}"
    figures = history(random, shape(random, kind), founded.year)
    for year in figures.values():
        for indicator in kind.missing:
            year.pop(indicator)
    firm = Firm(
        credit_code=credit_code(random, registered),
        name=f"{place}{word}{trade}有限公司",
        registered_on=founded,
        registered_division=registered,
        managing_division=managing,
        industry=industry,
        kind=kind.name,
        years=figures,
        statements=dict(DECLARED) if kind.statements else {},
        rights=rights(random, product, founded, serial, kind.class_one, kind.class_two),
        titles=list(kind.titles(random, founded.year, serial)),
        status=kind.status,
        status_since=_CLOSED_ON if kind.status != "active" else None,
        is_awaiting=kind.is_awaiting,
    )
    _add_records(random, firm, product)
    return firm


DECLARED: Final = {"resident_enterprise": 1, "prohibited_product": 0}


def _places(random: Random) -> tuple[str, str]:
    """Where it is registered and who looks after it: some zone firms are registered outside."""
    urn = [place for place, share in zip(COUNTIES, _SHARES, strict=True) for _ in range(share)]
    place = urn[random.randrange(len(urn))]
    if place.code == ZONE and random.randrange(2):
        return "990101", ZONE
    return place.code, place.code


def _county_word(code: str) -> str:
    return next(place.name for place in COUNTIES if place.code == code)[:2]


def _add_records(random: Random, firm: Firm, product: str) -> None:
    """Platforms for some, an incident for few: what a bureau's ledgers look like."""
    if firm.kind in {"leader", "large_high_tech", "gazelle"} or random.randrange(9) == 0:
        level = "provincial" if firm.kind in {"leader", "large_high_tech"} else "municipal"
        firm.platforms.append(
            Platform(
                f"云溪市{product}工程技术研究中心" if level == "municipal"
                else f"云中省{product}企业技术中心",
                "工程技术研究中心" if level == "municipal" else "企业技术中心",
                level,
                date(2018 + random.randrange(6), 1 + random.randrange(12), 15),
            )
        )  # fmt: skip
    if random.randrange(15) == 0:
        day = date(2022 + random.randrange(4), 7, 1 + random.randrange(28))
        end = None if random.randrange(2) else day.replace(month=11)
        firm.incidents.append(Incident("abnormal_list", day, end))
    if firm.kind == "not_renewed" and random.randrange(6) == 0:
        firm.incidents.append(Incident("incident_environment", date(2025, 9, 12), None, "严重"))


def _rename(firms: list[Firm]) -> None:
    """Give two awaited firms a new name this spring: the list will know the old one."""
    for firm in [firm for firm in firms if firm.kind == "waiting"][:_RENAMED_WAITING]:
        firm.former_names.append(FormerName(firm.name, _RENAMED_ON))
        firm.name = firm.name.replace("有限公司", "科技股份有限公司")
