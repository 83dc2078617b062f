"""Impact letters: what each company is told of a new version, held until somebody approves it."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('impact_letter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rehearsal_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('struck_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('struck_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recipients', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(approved_at IS NULL) = (approved_by_id IS NULL)', name=op.f('ck_impact_letter_approved_by_somebody')),
    sa.CheckConstraint('(struck_at IS NULL) = (struck_by_id IS NULL)', name=op.f('ck_impact_letter_struck_by_somebody')),
    sa.CheckConstraint('approved_at IS NULL OR struck_at IS NULL', name=op.f('ck_impact_letter_approved_or_struck')),
    sa.CheckConstraint('sent_at IS NULL OR approved_at IS NOT NULL', name=op.f('ck_impact_letter_sent_when_approved')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_impact_letter_account_id')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_impact_letter_approved_by_id')),
    sa.ForeignKeyConstraint(['rehearsal_id', 'account_id'], ['rehearsed_account.rehearsal_id', 'rehearsed_account.account_id'], name='fk_impact_letter_rehearsed'),
    sa.ForeignKeyConstraint(['struck_by_id'], ['person.id'], name=op.f('fk_impact_letter_struck_by_id')),
    sa.ForeignKeyConstraint(['version_id'], ['programme_version.id'], name=op.f('fk_impact_letter_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_impact_letter')),
    sa.UniqueConstraint('public_id', name=op.f('uq_impact_letter_public_id')),
    sa.UniqueConstraint('version_id', 'account_id', name='uq_impact_letter_once')
    )
    with op.batch_alter_table('impact_letter', schema=None) as batch_op:
        batch_op.create_index('ix_impact_letter_account_id', ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_impact_letter_approved_by_id'), ['approved_by_id'], unique=False)
        batch_op.create_index('ix_impact_letter_due', ['sent_at', 'approved_at', 'id'], unique=False)
        batch_op.create_index('ix_impact_letter_rehearsed', ['rehearsal_id', 'account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_impact_letter_struck_by_id'), ['struck_by_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('impact_letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_impact_letter_struck_by_id'))
        batch_op.drop_index('ix_impact_letter_rehearsed')
        batch_op.drop_index('ix_impact_letter_due')
        batch_op.drop_index(batch_op.f('ix_impact_letter_approved_by_id'))
        batch_op.drop_index('ix_impact_letter_account_id')

    op.drop_table('impact_letter')
