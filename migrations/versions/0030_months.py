"""The ledger rolled up by month, and months closed for good: a close is never edited or deleted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('month_close',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('figures', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('heads_hash', sa.String(), nullable=False),
    sa.Column('prev_hash', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('month', name=op.f('pk_month_close'))
    )
    with op.batch_alter_table('month_close', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_month_close_closed_by_id'), ['closed_by_id'], unique=False)

    op.create_table('points_flow',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('bucket', sa.String(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('month', 'kind', 'bucket', name=op.f('pk_points_flow'))
    )
    op.create_table('points_roll',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('open_month', sa.Date(), nullable=False),
    sa.Column('rolled_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_points_roll_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_points_roll'))
    )
    op.create_table('points_stock',
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('earned_month', sa.Date(), nullable=False),
    sa.Column('expires_month', sa.Date(), nullable=False),
    sa.Column('issued', sa.BigInteger(), nullable=False),
    sa.Column('pending', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('expired', sa.BigInteger(), nullable=False),
    sa.Column('reversed', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('tier', 'earned_month', 'expires_month', name=op.f('pk_points_stock'))
    )
    op.create_table('account_lots',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('earned_month', sa.Date(), nullable=False),
    sa.Column('expires_month', sa.Date(), nullable=False),
    sa.Column('issued', sa.BigInteger(), nullable=False),
    sa.Column('pending', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('expired', sa.BigInteger(), nullable=False),
    sa.Column('reversed', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_lots_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'earned_month', 'expires_month', name=op.f('pk_account_lots'))
    )
    with op.batch_alter_table('account_lots', schema=None) as batch_op:
        batch_op.create_index('ix_account_lots_expires', ['expires_month', 'account_id'], unique=False)

    op.create_table('account_month',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('head', sa.String(), nullable=False),
    sa.Column('issued', sa.BigInteger(), nullable=False),
    sa.Column('pending', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('spent', sa.BigInteger(), nullable=False),
    sa.Column('expired', sa.BigInteger(), nullable=False),
    sa.Column('reversed', sa.BigInteger(), nullable=False),
    sa.Column('owed', sa.BigInteger(), nullable=False),
    sa.Column('expiries', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_month_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'month', name=op.f('pk_account_month'))
    )
    op.create_table('rolled_account',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('before_seq', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('issued', sa.BigInteger(), nullable=False),
    sa.Column('pending', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('spent', sa.BigInteger(), nullable=False),
    sa.Column('expired', sa.BigInteger(), nullable=False),
    sa.Column('reversed', sa.BigInteger(), nullable=False),
    sa.Column('owed', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('before_seq <= seq', name=op.f('ck_rolled_account_reads_forward')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_rolled_account_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_rolled_account'))
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER month_close_append_only BEFORE UPDATE OR DELETE ON month_close "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER month_close_no_truncate BEFORE TRUNCATE ON month_close "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER month_close_no_{act} BEFORE {act.upper()} ON month_close BEGIN "
            "SELECT RAISE(ABORT, 'month_close is append-only: correct by a new row'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER month_close_append_only ON month_close")
        op.execute("DROP TRIGGER month_close_no_truncate ON month_close")
    op.drop_table('rolled_account')
    op.drop_table('account_month')
    with op.batch_alter_table('account_lots', schema=None) as batch_op:
        batch_op.drop_index('ix_account_lots_expires')

    op.drop_table('account_lots')
    op.drop_table('points_stock')
    op.drop_table('points_roll')
    op.drop_table('points_flow')
    with op.batch_alter_table('month_close', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_month_close_closed_by_id'))

    op.drop_table('month_close')
