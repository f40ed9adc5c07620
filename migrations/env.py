"""Run migrations on either database.

On SQLite foreign keys are switched off while tables are rebuilt: with them on, a batch
operation silently deletes the children of ON DELETE CASCADE. They are checked afterwards.
"""

import os

from alembic import context
from sqlalchemy import Connection

from app.foundation.database import Base, open_engine
from app.models import ALL  # every model, so that the metadata is whole

target = Base.metadata if ALL else None


def run(connection: Connection) -> None:
    """Migrate on `connection`, in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=target,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '4s'")
        context.run_migrations()
        if sqlite:
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if orphans:
                raise RuntimeError(f"migration leaves {len(orphans)} rows without their parent")
    if sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = open_engine(os.environ["DATABASE_URL"])
    with engine.connect() as opened:
        run(opened)
        opened.commit()
    engine.dispose()
