"""What two people settled is not edited: decisions, settled credits, opening balances taken over."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

OPENED = "EXISTS (SELECT 1 FROM opening_import WHERE id = OLD.import_id AND accepted_at IS NOT NULL)"
SETTLED = {
    "credit_decision": "",
    "credit_request": "OLD.outcome IS NOT NULL",
    "opening_import": "OLD.accepted_at IS NOT NULL OR OLD.discarded_at IS NOT NULL",
}
"""By table: from when on a row is refused to change; always where nothing is said."""
ACTS = ("update", "delete")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, when in SETTLED.items():
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
                f"{f'WHEN ({when}) ' if when else ''}EXECUTE FUNCTION refuse_change()"
            )
        op.execute(
            f"""
            CREATE FUNCTION refuse_change_once_opened() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {OPENED} THEN
                    RAISE EXCEPTION '% is append-only: correct by a new row', TG_TABLE_NAME;
                END IF;
                IF TG_OP = 'DELETE' THEN
                    RETURN OLD;
                END IF;
                RETURN NEW;
            END
            $$
            """
        )
        op.execute(
            "CREATE TRIGGER opening_row_append_only BEFORE UPDATE OR DELETE ON opening_row "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_once_opened()"
        )
        for table in (*SETTLED, "opening_row"):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table, when in (SETTLED | {"opening_row": OPENED}).items():
        for act in ACTS:
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                f"{f'WHEN {when} ' if when else ''}BEGIN "
                f"SELECT RAISE(ABORT, '{table} is append-only: correct by a new row'); END"
            )


def downgrade() -> None:
    tables = (*SETTLED, "opening_row")
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute("DROP FUNCTION refuse_change_once_opened()")
        return
    for table in tables:
        for act in ACTS:
            op.execute(f"DROP TRIGGER {table}_no_{act}")
