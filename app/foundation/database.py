"""Engines, sessions, column types and the base of all models, for SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

BUSY_MILLISECONDS: Final = 5_000
VOCABULARY_LENGTH: Final = 40

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. A naive value is refused: it has no meaning."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite keeps no zone, so the convention is ours to hold."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 the signature is SQLAlchemy's
        """Give back an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Code = Annotated[str, mapped_column(String(40))]
Title = Annotated[str, mapped_column(String(80))]  # a qualified title id, e.g. national.high_tech
Name = Annotated[str, mapped_column(String(200))]
Sentence = Annotated[str, mapped_column(String(1000))]
Hash = Annotated[str, mapped_column(String(64))]  # SHA-256 in hexadecimal
Document = Annotated[str, mapped_column(Text)]  # canonical JSON; bounded by what builds it


class Base(DeclarativeBase):
    """Base of all models: named constraints, UTC instants, vocabularies as checked text."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 the shape is SQLAlchemy's
        datetime: UtcDateTime(),
        int: BigInteger(),
        bool: Boolean(name="is_boolean"),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=VOCABULARY_LENGTH,
            values_callable=lambda vocabulary: [member.value for member in vocabulary],
        ),
    }


def unique_where(name: str, *columns: str, where: str) -> Index:
    """A partial unique index, the same on both databases."""
    condition = text(where)
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def open_engine(url: str, **options: Any) -> Engine:
    """An engine for `url`; SQLite gets the pragmas and the locking that keep its promises."""
    engine = create_engine(url, json_serializer=None, **_pool(url), **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _pool(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}}
    return {
        "pool_pre_ping": True,
        "pool_timeout": 5,
        "connect_args": {
            "options": "-c lock_timeout=4s -c idle_in_transaction_session_timeout=60s"
        },
    }


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """synchronous=FULL, because NORMAL does not survive a power cut."""
    connection.isolation_level = None  # We say BEGIN ourselves; the driver's own is too late.
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "trusted_schema=OFF",
        "recursive_triggers=ON",  # or INSERT OR REPLACE deletes without asking the triggers
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """IMMEDIATE for writers: a deferred transaction that turns writer fails without waiting."""
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


class Sessions:
    """Where sessions come from: one engine, a writing and a reading session maker."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        reader = engine.execution_options(sqlite_begin="DEFERRED")
        self.write: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
        self.read: sessionmaker[Session] = sessionmaker(reader, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One unit of work outside a request: committed at the end, or rolled back whole."""
        with self.write.begin() as session:
            yield session


Identity = UUID  # primary keys are time-ordered UUIDs (app/foundation/identifiers.py)
