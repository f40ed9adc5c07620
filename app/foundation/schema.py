"""Whether the database has the schema this release was written for. Workers never create it."""

from sqlalchemy import Engine, column, inspect, select, table


class SchemaNotCurrent(Exception):
    """The database is at another revision than the release; the message says what to do."""


def revision(engine: Engine) -> str | None:
    """The revision the database is at; None when it was never migrated."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.scalar(
            select(column("version_num")).select_from(table("alembic_version"))
        )


def require(engine: Engine, head: str) -> None:
    """Refuse to go on with a database that is not at `head`.

    Raises:
        SchemaNotCurrent: it is not.
    """
    found = revision(engine)
    if found != head:
        raise SchemaNotCurrent(
            f"数据库结构为 {found or '空'}，本版本需要 {head}。请先备份，再运行 make migrate。"
        )
