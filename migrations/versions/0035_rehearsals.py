"""Rehearsals of the rules, and what each found of every account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rehearsal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('draft_revision', sa.BigInteger(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('rules', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('versions', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('months', sa.BigInteger(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('findings', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=True),
    sa.CheckConstraint('(draft_id IS NULL) = (draft_revision IS NULL)', name=op.f('ck_rehearsal_draft_with_revision')),
    sa.CheckConstraint('(findings IS NULL) = (finished_at IS NULL)', name=op.f('ck_rehearsal_finished_with_findings')),
    sa.CheckConstraint('ends_on > begins_on', name=op.f('ck_rehearsal_ends_after_it_begins')),
    sa.CheckConstraint('months >= 1', name=op.f('ck_rehearsal_months_positive')),
    sa.ForeignKeyConstraint(['draft_id'], ['programme_draft.id'], name=op.f('fk_rehearsal_draft_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_rehearsal_asked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rehearsal')),
    sa.UniqueConstraint('public_id', name=op.f('uq_rehearsal_public_id'))
    )
    with op.batch_alter_table('rehearsal', schema=None) as batch_op:
        batch_op.create_index('ix_rehearsal_asked_at', ['asked_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rehearsal_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index('ix_rehearsal_draft', ['draft_id', 'draft_revision'], unique=False)

    op.create_table('rehearsed_account',
    sa.Column('rehearsal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tier_before', sa.String(), nullable=False),
    sa.Column('tier_after', sa.String(), nullable=False),
    sa.Column('move', sa.BigInteger(), nullable=False),
    sa.Column('stays', sa.BigInteger(), nullable=False),
    sa.Column('nights', sa.BigInteger(), nullable=False),
    sa.Column('paid_cents', sa.BigInteger(), nullable=False),
    sa.Column('discount_before_cents', sa.BigInteger(), nullable=False),
    sa.Column('discount_after_cents', sa.BigInteger(), nullable=False),
    sa.Column('points_before', sa.BigInteger(), nullable=False),
    sa.Column('points_after', sa.BigInteger(), nullable=False),
    sa.Column('outstanding_before', sa.BigInteger(), nullable=False),
    sa.Column('outstanding_after', sa.BigInteger(), nullable=False),
    sa.Column('gain_cents', sa.BigInteger(), nullable=False),
    sa.Column('derivation', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_rehearsed_account_account_id')),
    sa.ForeignKeyConstraint(['rehearsal_id'], ['rehearsal.id'], name=op.f('fk_rehearsed_account_rehearsal_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('rehearsal_id', 'account_id', name=op.f('pk_rehearsed_account'))
    )
    with op.batch_alter_table('rehearsed_account', schema=None) as batch_op:
        batch_op.create_index('ix_rehearsed_account_account_id', ['account_id'], unique=False)
        batch_op.create_index('ix_rehearsed_account_gain', ['rehearsal_id', 'gain_cents', 'account_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('rehearsed_account', schema=None) as batch_op:
        batch_op.drop_index('ix_rehearsed_account_gain')
        batch_op.drop_index('ix_rehearsed_account_account_id')

    op.drop_table('rehearsed_account')
    with op.batch_alter_table('rehearsal', schema=None) as batch_op:
        batch_op.drop_index('ix_rehearsal_draft')
        batch_op.drop_index(batch_op.f('ix_rehearsal_asked_by_id'))
        batch_op.drop_index('ix_rehearsal_asked_at')

    op.drop_table('rehearsal')
