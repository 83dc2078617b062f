"""Statements of accounts: one a month, kept as it was made and as it was first printed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLES = ("account_statement", "statement_paper")


def upgrade() -> None:
    op.create_table('account_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_statement_account_id')),
    sa.ForeignKeyConstraint(['month'], ['month_close.month'], name=op.f('fk_account_statement_month')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_statement')),
    sa.UniqueConstraint('account_id', 'month', name='uq_account_statement_month'),
    sa.UniqueConstraint('month', 'account_id', name='uq_account_statement_of_month'),
    sa.UniqueConstraint('public_id', name=op.f('uq_account_statement_public_id'))
    )
    op.create_table('statement_paper',
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['account_statement.id'], name=op.f('fk_statement_paper_statement_id')),
    sa.PrimaryKeyConstraint('statement_id', 'locale', name=op.f('pk_statement_paper'))
    )
    for table in TABLES:
        _keep(table)


def _keep(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: correct by a new row'); END"
        )


def downgrade() -> None:
    op.drop_table('statement_paper')
    op.drop_table('account_statement')
