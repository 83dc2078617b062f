"""Batches of statements: of how many accounts they are, and that somebody stopped them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('statement_batch',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('accounts', sa.BigInteger(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('accounts >= 0', name=op.f('ck_statement_batch_accounts_not_negative')),
    sa.ForeignKeyConstraint(['month'], ['month_close.month'], name=op.f('fk_statement_batch_month')),
    sa.PrimaryKeyConstraint('month', name=op.f('pk_statement_batch'))
    )
    op.create_table('statement_stop',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['month'], ['month_close.month'], name=op.f('fk_statement_stop_month')),
    sa.PrimaryKeyConstraint('month', name=op.f('pk_statement_stop'))
    )


def downgrade() -> None:
    op.drop_table('statement_stop')
    op.drop_table('statement_batch')
