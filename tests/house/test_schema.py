"""The schema: what the models say, on both databases, up and down, bounded and named."""

import ast
from typing import get_args

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    Enum,
    Float,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    inspect,
    text,
)

from app.foundation.database import Base, Document, open_engine
from app.models import ALL
from tests.conftest import ROOT, fresh_database
from tests.house.code import files, imported, name_of, tree_of

assert ALL  # the metadata is whole

TABLES = list(Base.metadata.sorted_tables)
VERSIONS = ROOT / "migrations" / "versions"


def config() -> Config:
    return Config(toml_file=str(ROOT / "pyproject.toml"))


def with_connection(engine: Engine, run, *words: str) -> None:
    """Run an alembic command on `engine`."""
    given = config()
    with engine.connect() as connection:
        given.attributes["connection"] = connection
        run(given, *words)
        connection.commit()


def test_the_migrations_and_the_models_agree(engine):
    with_connection(engine, command.check)


def checks_of(engine: Engine) -> set[tuple[str, str, str]]:
    """Every CHECK as the database tells it: alembic's own comparison does not see them."""
    inspector = inspect(engine)
    return {
        (table, check["name"] or "", " ".join(check["sqltext"].split()))
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def test_every_check_is_in_the_migrations_as_in_the_models(own_engine, tmp_path, request):
    folder = tmp_path / "models"
    folder.mkdir()
    with fresh_database(own_engine.dialect.name, folder, request) as url:
        made = open_engine(url)
        Base.metadata.create_all(made)
        expected = checks_of(made)
        made.dispose()

    assert checks_of(own_engine) == expected


def schema_of(engine: Engine) -> set[str]:
    """Everything the database knows of its own shape, as text."""
    if engine.dialect.name == "sqlite":
        wanted = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"
    else:
        wanted = """
        SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' '
            || coalesce(character_maximum_length::text, '') || ' ' || is_nullable
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint ' || conrelid::regclass || conname || pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger
            WHERE NOT tgisinternal
        UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
        """
    with engine.connect() as connection:
        return {row[0] for row in connection.execute(text(wanted))}


def test_down_and_up_again_leaves_the_schema_as_it_was(own_engine):
    before = schema_of(own_engine)
    with_connection(own_engine, command.downgrade, "base")
    nothing = schema_of(own_engine)
    with_connection(own_engine, command.upgrade, "head")

    assert schema_of(own_engine) == before
    assert all("alembic_version" in line for line in nothing), nothing


def test_each_step_down_can_be_taken_up_again(own_engine):
    revisions = list(ScriptDirectory.from_config(config()).walk_revisions())
    for _ in revisions:
        before = schema_of(own_engine)
        with_connection(own_engine, command.downgrade, "-1")
        with_connection(own_engine, command.upgrade, "+1")
        assert schema_of(own_engine) == before
        with_connection(own_engine, command.downgrade, "-1")


def test_there_is_one_head_and_it_is_written_down():
    head = ScriptDirectory.from_config(config()).get_current_head()

    assert (ROOT / "migrations" / ".head").read_text().strip() == head


@pytest.mark.parametrize("path", files("migrations/versions"), ids=name_of)
def test_a_revision_is_named_as_its_file_and_imports_nothing_of_the_product(path):
    tree = tree_of(path)
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }

    assert constants["revision"] == path.stem
    assert not [name for name in imported(tree) if name.split(".")[0] in {"app", "rules", "seed"}]


def inexact(table: Table) -> list[str]:
    """Columns that could hold a fraction: SQLite would keep it as a float."""
    return [
        column.name
        for column in table.columns
        if isinstance(column.type, Float | Numeric) and not isinstance(column.type, Integer)
    ]


def unnamed(table: Table) -> list[str]:
    """Constraints and indexes without a name."""
    things = [*table.constraints, *table.indexes]
    return [type(thing).__name__ for thing in things if not thing.name]


def unbounded(table: Table) -> list[str]:
    """Text columns without a length."""
    return [
        column.name
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum | Text)
        and not column.type.length
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_exact_named_and_bounded(table):
    assert inexact(table) == []
    assert unnamed(table) == []
    assert unbounded(table) == []


@pytest.mark.parametrize("mapper", Base.registry.mappers, ids=lambda mapper: mapper.class_.__name__)
def test_only_a_document_is_text_without_a_length(mapper):
    annotations = mapper.class_.__annotations__
    for name, column in mapper.columns.items():
        if isinstance(column.type, Text):
            (held,) = get_args(annotations[name])
            assert Document in (held, *get_args(held)), f"{mapper.class_.__name__}.{name}"


def test_known_bad_twins_are_caught():
    twin = Table(
        "twin",
        MetaData(),
        Column("amount", Numeric(18, 2)),
        Column("ratio", Float),
        Column("name", String),
        CheckConstraint("ratio > 0"),
    )

    assert inexact(twin) == ["amount", "ratio"]
    assert unbounded(twin) == ["name"]
    assert "CheckConstraint" in unnamed(twin)
