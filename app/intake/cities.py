"""Writes a city's files, chunk by chunk, and says beforehand what that would come to.

Every chunk is idempotent: what is there already and equal is counted and left alone. An
import that was interrupted is simply run again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.enterprises.bulk import bulk_register
from app.enterprises.domain import Attribute
from app.enterprises.models import Enterprise, EnterpriseAttribute
from app.enterprises.service import Firm
from app.foundation import canonical
from app.intake import certificates
from app.intake.certificates import Writing
from app.intake.city import Count, Event, Surroundings, YearOfFigures
from app.intake.city import Firm as FirmRow
from app.profiles import service as profiles
from app.profiles.domain import Filed, Filing
from app.profiles.models import Incident, Statement
from app.reference import queries as reference
from rules.indicators import Indicator

CHUNK: Final = 4_000  # rows of one transaction: short enough for others to write in between
Step = Callable[[Session, "Writing"], Filed]


def surroundings(
    session: Session, division: str, indicators: Mapping[str, Indicator], today: date
) -> Surroundings:
    """What the register knows of the division, for checking a file against it."""
    here = set(session.scalars(reference.within([division])))
    codes = reference.division_codes(session)
    firms: dict[str, date | None] = {}
    elsewhere: set[str] = set()
    for code, founded, managing in session.execute(
        select(Enterprise.credit_code, Enterprise.registered_on, Enterprise.managing_division)
    ):
        if managing in here:
            firms[code] = founded
        else:
            elsewhere.add(code)
    return Surroundings(
        divisions={used: code for used, code in codes.items() if code in here},
        industries=frozenset(reference.industry_names(session)),
        firms=firms,
        elsewhere=elsewhere,
        indicators=indicators,
        today=today,
    )


def compare(session: Session, writing: Writing) -> dict[str, Filed]:
    """What writing would come to, by kind of row; nothing is written."""
    find_ids(session, writing)
    return {
        "firms": _compare_firms(session, writing),
        "years": _for_known(
            writing, _filings, lambda rows: profiles.compare_filings(session, rows)
        ),
        "certificates": certificates.compare(session, writing),
        "events": _for_known(
            writing,
            _incidents,
            lambda rows: profiles.compare_records(session, Incident, rows),
        ),
        "counts": _for_known(
            writing,
            _statements,
            lambda rows: profiles.compare_records(session, Statement, rows),
        ),
    }


def steps(writing: Writing) -> list[tuple[str, int, Step]]:
    """The chunks in order: what kind of row, how many, and the verb that writes them."""
    city = writing.city
    ordered = sorted(city.certificates, key=lambda c: (c.credit_code, c.kind.title, c.since))
    kinds: list[tuple[str, Sequence[Any], Callable[[Session, Writing, Any], Filed]]] = [
        ("firms", list(city.firms.values()), _write_firms),
        ("years", city.years, _write_years),
        ("certificates", ordered, certificates.write),
        ("events", city.events, _write_events),
        ("counts", city.counts, _write_counts),
    ]
    chunked = [
        (name, len(some), _writer(write, some))
        for name, rows, write in kinds
        for some in profiles.chunks(rows, CHUNK)
    ]
    return [*chunked, ("promises", 0, _writer(_write_promises, ()))]


def _writer(write: Callable[[Session, Writing, Sequence[Any]], Filed], rows: Sequence[Any]) -> Step:
    return lambda session, writing: write(session, writing, rows)


def find_ids(session: Session, writing: Writing) -> None:
    """Learn the identifiers of the enterprises in the file that are registered."""
    rows = session.execute(select(Enterprise.credit_code, Enterprise.id))
    writing.ids = dict(rows.all())


def _write_firms(session: Session, writing: Writing, rows: Sequence[FirmRow]) -> Filed:
    has_managing = bool(
        writing.manifest.enterprises and writing.manifest.enterprises.header_of("managing_division")
    )
    started = _history_starts(session, [row.credit_code for row in rows])
    result = bulk_register(
        session,
        [
            Firm(
                credit_code=row.credit_code,
                name=row.name,
                registered_division=row.registered_division,
                managing_division=row.managing_division if has_managing else None,
                industry_code=row.industry_code,
                registered_on=row.registered_on,
                operating_status=row.operating_status,
                title_history_from=_earlier(
                    started.get(row.credit_code), writing.manifest.history_from
                ),
            )
            for row in rows
        ],
        on=writing.manifest.known_on,
        document_id=writing.document_id,
        at=writing.at,
    )
    writing.ids.update(result.ids)
    return Filed(result.created, result.changed, len(rows) - result.created - result.changed)


def _history_starts(session: Session, codes: Sequence[str]) -> dict[str, date | None]:
    rows = session.execute(
        select(Enterprise.credit_code, Enterprise.title_history_from).where(
            Enterprise.credit_code.in_(codes)
        )
    )
    return dict(rows.all())


def _earlier(known: date | None, told: date | None) -> date | None:
    """A later file tells less of the past; what is known of it stays known."""
    days = [day for day in (known, told) if day is not None]
    return min(days, default=None)


def _compare_firms(session: Session, writing: Writing) -> Filed:
    """New firms, and those of whom the file tells something else for the day it speaks of."""
    on = writing.manifest.known_on
    there: dict[tuple[UUID, Attribute], str] = {
        (enterprise_id, attribute): value
        for enterprise_id, attribute, value in session.execute(
            select(
                EnterpriseAttribute.enterprise_id,
                EnterpriseAttribute.attribute,
                EnterpriseAttribute.value,
            ).where(
                EnterpriseAttribute.superseded_at.is_(None),
                or_(EnterpriseAttribute.since.is_(None), EnterpriseAttribute.since <= on),
                or_(EnterpriseAttribute.until.is_(None), EnterpriseAttribute.until > on),
            )
        )
    }
    told = [attribute for attribute in Attribute if attribute is not Attribute.MANAGING_DIVISION]
    new = changed = 0
    for code, firm in writing.city.firms.items():
        enterprise_id = writing.ids.get(code)
        if enterprise_id is None:
            new += 1
        elif any(
            (value := getattr(firm, attribute.value)) is not None
            and there.get((enterprise_id, attribute)) != value
            for attribute in told
        ):
            changed += 1
    return Filed(new, changed, len(writing.city.firms) - new - changed)


def _for_known(
    writing: Writing,
    build: Callable[[Writing, Sequence[Any]], list[Any]],
    compare_rows: Callable[[list[Any]], Filed],
) -> Filed:
    """Compare the rows of enterprises that are registered; rows of all others are new."""
    source: Mapping[Any, Sequence[YearOfFigures | Event | Count]] = {
        _filings: writing.city.years,
        _incidents: writing.city.events,
        _statements: writing.city.counts,
    }
    rows = source[build]
    known = [row for row in rows if row.credit_code in writing.ids]
    return compare_rows(build(writing, known)) + Filed(len(rows) - len(known))


def _filings(writing: Writing, rows: Sequence[YearOfFigures]) -> list[Filing]:
    manifest = writing.manifest
    return [
        Filing(
            writing.ids[row.credit_code],
            row.year,
            manifest.stage,
            manifest.scope,
            row.body,
            row.body_hash,
        )
        for row in rows
    ]


def _write_years(session: Session, writing: Writing, rows: Sequence[YearOfFigures]) -> Filed:
    return profiles.file_revisions(
        session,
        _filings(writing, rows),
        document_id=writing.document_id,
        by=writing.by,
        at=writing.at,
    )


def _incidents(writing: Writing, rows: Sequence[Event]) -> list[dict[str, Any]]:
    return [
        {
            "enterprise_id": writing.ids[row.credit_code],
            "kind": row.register.register,
            "severity": row.register.severity,
            "since": row.since,
            "until": row.until,
        }
        for row in rows
    ]


def _write_events(session: Session, writing: Writing, rows: Sequence[Event]) -> Filed:
    return profiles.record_all(
        session,
        Incident,
        _incidents(writing, rows),
        document_id=writing.document_id,
        at=writing.at,
    )


def _statements(writing: Writing, rows: Sequence[Count]) -> list[dict[str, Any]]:
    manifest = writing.manifest
    return [
        {
            "enterprise_id": writing.ids[row.credit_code],
            "indicator": row.indicator,
            "value": canonical.dumps(row.value),
            "since": manifest.counts_since,
            "until": None,
            "is_assumed": True,  # the number is given, the day is not
            "proxy_of": row.proxy_of,
            "reason": manifest.counts_reason,
        }
        for row in rows
    ]


def _write_counts(session: Session, writing: Writing, rows: Sequence[Count]) -> Filed:
    return profiles.record_all(
        session,
        Statement,
        _statements(writing, rows),
        document_id=writing.document_id,
        at=writing.at,
    )


def _write_promises(session: Session, writing: Writing, _: Sequence[None]) -> Filed:
    """What the manifest says of registers and of every enterprise, with its reasons."""
    manifest = writing.manifest
    written = [
        profiles.cover(
            session,
            covered.register,
            manifest.division,
            since=covered.since,
            until=covered.until,
            checked_on=covered.checked_on,
            is_assumed=covered.assumed,
            reason=covered.reason,
            document_id=writing.document_id,
            at=writing.at,
        )
        for covered in manifest.coverage
    ]
    written += [
        profiles.assume(
            session,
            assumed.indicator,
            assumed.value,
            manifest.division,
            since=assumed.since,
            until=assumed.until,
            reason=assumed.reason,
            document_id=writing.document_id,
            at=writing.at,
        )
        for assumed in manifest.assumptions
    ]
    return Filed(sum(written), 0, len(written) - sum(written))
