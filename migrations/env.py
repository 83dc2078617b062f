"""How migrations run, on both databases.

On SQLite a changed table is copied (batch mode). Foreign keys are switched off outside the
transaction, or dropping the old copy would take the children's rows with it, and checked after.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine


def _engine() -> Engine:
    engine: Engine = current_app.extensions["migrate"].db.engine
    return engine


def _render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain ones they are: a migration imports nothing of ours."""
    if kind != "type":
        return False
    name = type(item).__name__
    return "sa.DateTime(timezone=True)" if name == "Instant" else False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["migrate"].db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
        render_item=_render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    engine = _engine()
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            _migrate(connection)
            return
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        _migrate(connection)
        connection.commit()
        orphans = driver.execute("PRAGMA foreign_key_check").fetchall()
        driver.execute("PRAGMA foreign_keys=ON")
        if orphans:
            message = f"the migration left rows without their parents: {orphans[:5]}"
            raise RuntimeError(message)


run()
