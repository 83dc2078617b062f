"""A version that has not begun is withdrawn by two people; its day may be given to another.

Two versions of one day were refused by a unique index. Now a trigger does it, which passes over the
withdrawn: a version itself never changes, so it cannot say of itself that it was withdrawn. Whoever
publishes holds a lock on the versions, so that two inserts never pass each other by.

Going back forgets who was withdrawn, and is refused where two versions have one day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "programme_withdrawal"
TAKEN = (
    "EXISTS (SELECT 1 FROM programme_version AS other WHERE other.effective_from = NEW.effective_from "
    "AND NOT EXISTS (SELECT 1 FROM programme_withdrawal AS gone "
    "WHERE gone.version_id = other.id AND gone.outcome = 'agreed'))"
)
SAID = "another version begins on that day"
CHECKS = {
    "outcome_known": "outcome IN ('agreed', 'declined', 'taken_back')",
    "reason_given": "reason <> ''",
    "settled_with_outcome": (
        "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by_id IS NULL)"
    ),
    "settled_by_another": "(outcome = 'taken_back') = (settled_by_id = by_id)",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", ID, nullable=True),
        sa.Column("settled_words", sa.String(), nullable=False),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_version.id"], name=op.f(f"fk_{TABLE}_version_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f(f"fk_{TABLE}_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f(f"fk_{TABLE}_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
    )
    op.create_index(f"ix_{TABLE}_version_id", TABLE, ["version_id", "id"])
    op.create_index(op.f(f"ix_{TABLE}_by_id"), TABLE, ["by_id"])
    op.create_index(op.f(f"ix_{TABLE}_settled_by_id"), TABLE, ["settled_by_id"])
    for name, where in (("waiting", "outcome IS NULL"), ("agreed", "outcome = 'agreed'")):
        op.create_index(
            f"uq_{TABLE}_{name}", TABLE, ["version_id"], unique=True,
            sqlite_where=sa.text(where), postgresql_where=sa.text(where),
        )  # fmt: skip
    op.add_column("impact_letter", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    # Without batch mode: a copy of the table would lose its triggers.
    op.drop_index("uq_programme_version_effective_from", "programme_version")
    op.create_index("ix_programme_version_effective_from", "programme_version", ["effective_from"])
    _lay_triggers()


def _lay_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"""
            CREATE FUNCTION refuse_taken_day() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {TAKEN} THEN
                    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'unique_violation';
                END IF;
                RETURN NEW;
            END
            $$
            """
        )
        op.execute(
            "CREATE TRIGGER programme_version_own_day BEFORE INSERT ON programme_version "
            "FOR EACH ROW EXECUTE FUNCTION refuse_taken_day()"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW "
            "WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        f"CREATE TRIGGER programme_version_own_day BEFORE INSERT ON programme_version WHEN {TAKEN} "
        f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    )
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{act} BEFORE {act.upper()} ON {TABLE} "
            f"WHEN OLD.outcome IS NOT NULL BEGIN "
            f"SELECT RAISE(ABORT, '{TABLE} is append-only: correct by a new row'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER programme_version_own_day ON programme_version")
        op.execute("DROP FUNCTION refuse_taken_day()")
    else:
        op.execute("DROP TRIGGER programme_version_own_day")
    op.drop_index("ix_programme_version_effective_from", "programme_version")
    op.create_index("uq_programme_version_effective_from", "programme_version", ["effective_from"], unique=True)
    op.drop_column("impact_letter", "taken_back_at")
    op.drop_table(TABLE)
