"""Which flags a page of enterprises should bear: pure, from verdicts, holdings and the packs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from app.evaluation.domain import HIGH_TECH, TECH_SME, FlagKind, Grade
from app.evaluation.holdings import Holdings
from app.evaluation.judging import Judged
from app.evaluation.sources import ID
from app.foundation.canonical import dumps
from rules.library import Library
from rules.outcomes import UNMET
from rules.pack import Scheme, Title, Window

_REACHED: Final = (Grade.READY.value, Grade.PLEDGE.value)
_NEAR: Final = (*_REACHED, Grade.ONE_SHORT.value)
SCHEMA: Final = {
    ID: pl.String,
    "kind": pl.String,
    "subject": pl.String,
    "for_year": pl.Int64,
    "grade": pl.String,
    "detail": pl.String,
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the flags of one page are raised from."""

    library: Library
    holdings: Holdings
    judged: Mapping[str, Judged]  # by title
    is_preliminary: bool
    for_year: int
    on: date
    territories: frozenset[str] = frozenset()  # the division and those above it


def wanted(ground: Ground) -> pl.DataFrame:
    """The flags the page should bear, one row each. A preliminary run raises no loss flags.

    Of the ways to be called up for one title a firm bears one: as holder of another title,
    as last year's, as a holder of the step below, or simply as eligible.
    """
    found: list[pl.DataFrame] = []
    for name, judged in ground.judged.items():
        title = ground.library.titles[name]
        if ground.is_preliminary:
            found += _steps_up(ground, title, judged)
        else:
            called_up = [
                *_high_tech_not_enrolled(ground, title, judged),
                *_enrolled_last_year(ground, title, judged),
                *_steps_up(ground, title, judged),
            ]
            found += called_up
            found += _eligible(ground, title, judged, called_up)
            found += _keep_lost(ground, title, judged)
            found += _expiring(ground, title)
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found]).unique(
        [ID, "kind", "subject", "for_year"], keep="first", maintain_order=True
    )


def _high_tech_not_enrolled(ground: Ground, title: Title, judged: Judged) -> list[pl.DataFrame]:
    """有效高企 whose verdict does not rule the roll out (115号第八条: the certificate suffices)."""
    if title.id != TECH_SME or HIGH_TECH not in ground.library.titles:
        return []
    holders = ground.holdings.holders(ground.library.titles[HIGH_TECH])
    rows = judged.rows.join(holders, on=ID, how="semi")
    rows = rows.filter(pl.col("outcome") != UNMET)
    rows = rows.join(ground.holdings.holders(title), on=ID, how="anti")
    return [_flags(rows, judged, FlagKind.HIGH_TECH_NOT_ENROLLED, title.id, ground.for_year)]


def _enrolled_last_year(ground: Ground, title: Title, judged: Judged) -> list[pl.DataFrame]:
    if not title.is_yearly:
        return []
    rows = judged.rows.join(
        ground.holdings.enrolled(title, ground.for_year - 1), on=ID, how="semi"
    ).join(ground.holdings.enrolled(title, ground.for_year), on=ID, how="anti")
    return [_flags(rows, judged, FlagKind.ENROLLED_LAST_YEAR, title.id, ground.for_year)]


def _steps_up(ground: Ground, title: Title, judged: Judged) -> list[pl.DataFrame]:
    """小升高 and the candidates of the higher steps; a title not adopted gives leads only."""
    starts = _starts(ground.library, title)
    if title.adopted and not starts:
        return []
    rows = judged.rows.join(ground.holdings.holders(title), on=ID, how="anti")
    if starts:
        standing = pl.concat([ground.holdings.starters(start) for start in starts]).unique()
        rows = rows.join(standing, on=ID, how="semi").filter(pl.col("grade").is_in(_NEAR))
    else:
        rows = rows.filter(pl.col("grade").is_in(_REACHED))
    kind = FlagKind.RESERVE if title.id == HIGH_TECH else FlagKind.CANDIDATE
    extra = {} if title.adopted else {"lead": True}
    return [_flags(rows, judged, kind, title.id, ground.for_year, extra)]


def _starts(library: Library, title: Title) -> list[Title]:
    """The titles from which the ladders lead to `title`; 科小 leads to 高企 by national law."""
    edges = [edge for ladder in library.ladders.values() for edge in ladder.edges]
    names = dict.fromkeys(edge.start for edge in edges if edge.end == title.id)
    if title.id == HIGH_TECH:
        names[TECH_SME] = None
    return [library.titles[name] for name in names if name in library.titles]


def _eligible(
    ground: Ground, title: Title, judged: Judged, called_up: Sequence[pl.DataFrame]
) -> list[pl.DataFrame]:
    if not title.adopted:
        return []
    rows = judged.rows.filter(pl.col("grade").is_in(_REACHED))
    rows = rows.join(ground.holdings.holders(title), on=ID, how="anti")
    for flags in called_up:
        rows = rows.join(flags, on=ID, how="anti")
    return [_flags(rows, judged, FlagKind.ELIGIBLE_NOT_HELD, title.id, ground.for_year)]


def _keep_lost(ground: Ground, title: Title, judged: Judged) -> list[pl.DataFrame]:
    keep = [criterion.id for criterion in judged.rule_set.criteria if criterion.keep]
    if not keep:
        return []
    lost = pl.any_horizontal(pl.col(name) == UNMET for name in keep)
    rows = judged.rows.join(ground.holdings.holders(title), on=ID, how="semi").filter(lost)
    return [_flags(rows, judged, FlagKind.KEEP_LOST, title.id, ground.for_year)]


def _expiring(ground: Ground, title: Title) -> list[pl.DataFrame]:
    """Certificates that end this year or next, with the last batch a renewal can still use."""
    if title.is_yearly or not title.adopted:
        return []
    ends = ground.holdings.ends(title).with_columns(pl.col("until").dt.year().alias("year"))
    flags = []
    for year in (ground.on.year, ground.on.year + 1):
        rows = ends.filter(pl.col("year") == year)
        here = [w for w in ground.library.windows if _reaches(w, ground.territories)]
        batch = last_batch(here, title.id, year)
        words = dumps(_batch_detail(batch))
        detail = pl.concat_str(
            pl.lit(f'{{"batch":{words},"until":"'), pl.col("until").cast(pl.String), pl.lit('"}')
        )
        flags.append(
            rows.select(
                ID,
                pl.lit(FlagKind.EXPIRING.value).alias("kind"),
                pl.lit(title.id).alias("subject"),
                pl.lit(year, dtype=pl.Int64).alias("for_year"),
                pl.lit(None, dtype=pl.String).alias("grade"),
                detail.alias("detail"),
            )
        )
    return flags


def _reaches(window: Window, territories: frozenset[str]) -> bool:
    return not window.territory or window.territory in territories


def last_batch(windows: Iterable[Window], title: str, year: int) -> Window | None:
    """The window of the year that closes last for enterprises; None: the notice is awaited.

    Of the deadlines of one batch the county's is the first, and the one a firm must meet.
    """
    mine = [window for window in windows if window.title == title and window.year == year]
    first: dict[str, Window] = {}
    for window in sorted(mine, key=lambda window: window.closes_on):
        first.setdefault(str(window.batch), window)
    return max(first.values(), key=lambda window: window.closes_on, default=None)


def _batch_detail(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {
        "batch": str(window.batch),
        "closes_on": window.closes_on.isoformat(),
        "number": window.number,
    }


def _flags(
    rows: pl.DataFrame,
    judged: Judged,
    kind: FlagKind,
    subject: str,
    for_year: int,
    extra: Mapping[str, bool] | None = None,
) -> pl.DataFrame:
    """Flag rows whose detail tells what decided and by which law."""
    tail = "".join(f',"{name}":{dumps(value)}' for name, value in sorted((extra or {}).items()))
    decisive = pl.col("findings").str.extract(r'^\{("decisive":\[.*\]),"outcomes"')
    fingerprint = judged.rule_set.fingerprint
    detail = pl.concat_str(pl.lit("{"), decisive, pl.lit(f',"fingerprint":"{fingerprint}"{tail}}}'))
    return rows.select(
        ID,
        pl.lit(kind.value).alias("kind"),
        pl.lit(subject).alias("subject"),
        pl.lit(for_year, dtype=pl.Int64).alias("for_year"),
        "grade",
        detail.alias("detail"),
    )


def subsidies(
    events: pl.DataFrame, schemes: Iterable[Scheme], verified: frozenset[str], for_year: int
) -> pl.DataFrame:
    """A flag per scheme and event of its title within the year. No amount unless verified.

    `events` has enterprise_id, title, kind, on_day and is_first: true, false, or null where the
    firm's history is not known from its founding. `verified` are the schemes read in the official
    text, by the pack's authors (V) or here (局核实).
    """
    found = [pl.DataFrame(schema=SCHEMA)]
    for scheme in schemes:
        mine = events.filter(pl.col("title") == scheme.title, _counts(scheme))
        if scheme.since is not None:
            mine = mine.filter(pl.col("on_day") >= scheme.since)
        if scheme.until is not None:
            mine = mine.filter(pl.col("on_day") < scheme.until)
        is_verified = scheme.id in verified
        amount = scheme.amount_fen if is_verified else None
        first = pl.col("is_first").replace_strict(
            {True: "yes", False: "no"}, default="unknown", return_dtype=pl.String
        )
        detail = pl.concat_str(
            pl.lit(f'{{"amount_fen":{dumps(amount)},"event":"'),
            pl.col("kind"),
            pl.lit('","first":"'),
            first,
            pl.lit('","on":"'),
            pl.col("on_day").cast(pl.String),
            pl.lit(f'","verified":{dumps(is_verified)}}}'),
        )
        found.append(
            mine.select(
                ID,
                pl.lit(FlagKind.SUBSIDY.value).alias("kind"),
                pl.lit(scheme.id).alias("subject"),
                pl.lit(for_year, dtype=pl.Int64).alias("for_year"),
                pl.lit(None, dtype=pl.String).alias("grade"),
                detail.alias("detail"),
            )
        )
    return pl.concat(found).unique([ID, "subject"], keep="first", maintain_order=True)


def _counts(scheme: Scheme) -> pl.Expr:
    """Whether an event earns the scheme; one not told apart may be the first, so it is asked."""
    kinds = set(scheme.events)
    counts = pl.col("kind").is_in(sorted(kinds))
    if "first" in kinds:
        counts |= (pl.col("kind") == "recorded") & pl.col("is_first").fill_null(value=True)
    return counts
