"""Drafts of the rules, every revision of them, and who published them: the last three are append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

APPEND_ONLY = ("programme_draft_revision", "programme_draft_act", "programme_publication")


def upgrade() -> None:
    op.create_table('programme_draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('based_on', sa.BigInteger(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('open', 'submitted', 'published', 'withdrawn')", name=op.f('ck_programme_draft_state_known')),
    sa.CheckConstraint('revision >= 1', name=op.f('ck_programme_draft_revision_positive')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_programme_draft_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_draft')),
    sa.UniqueConstraint('public_id', name=op.f('uq_programme_draft_public_id'))
    )
    with op.batch_alter_table('programme_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_draft_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index('ix_programme_draft_state', ['state', 'id'], unique=False)

    op.create_table('programme_draft_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("act IN ('submit', 'hand_back', 'publish', 'withdraw')", name=op.f('ck_programme_draft_act_act_known')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_programme_draft_act_by_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['programme_draft.id'], name=op.f('fk_programme_draft_act_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_draft_act'))
    )
    with op.batch_alter_table('programme_draft_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_draft_act_by_id'), ['by_id'], unique=False)
        batch_op.create_index('ix_programme_draft_act_draft_id', ['draft_id', 'id'], unique=False)

    op.create_table('programme_draft_revision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('section', sa.String(), nullable=False),
    sa.Column('rules', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_programme_draft_revision_by_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['programme_draft.id'], name=op.f('fk_programme_draft_revision_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_draft_revision')),
    sa.UniqueConstraint('draft_id', 'number', name='uq_programme_draft_revision')
    )
    with op.batch_alter_table('programme_draft_revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_draft_revision_by_id'), ['by_id'], unique=False)

    op.create_table('programme_publication',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('submitted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('without_notice', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('submitted_by_id <> approved_by_id', name=op.f('ck_programme_publication_two_people')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_programme_publication_approved_by_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['programme_draft.id'], name=op.f('fk_programme_publication_draft_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['person.id'], name=op.f('fk_programme_publication_submitted_by_id')),
    sa.ForeignKeyConstraint(['version_id'], ['programme_version.id'], name=op.f('fk_programme_publication_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_publication')),
    sa.UniqueConstraint('draft_id', name=op.f('uq_programme_publication_draft_id')),
    sa.UniqueConstraint('version_id', name=op.f('uq_programme_publication_version_id'))
    )
    with op.batch_alter_table('programme_publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_publication_approved_by_id'), ['approved_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_programme_publication_submitted_by_id'), ['submitted_by_id'], unique=False)

    # Without batch mode: a copy of the table would lose its triggers.
    op.create_index('uq_programme_version_effective_from', 'programme_version', ['effective_from'], unique=True)
    _lay_triggers()


def _lay_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table} is append-only: correct by a new row'); END"
            )


def downgrade() -> None:
    op.drop_index('uq_programme_version_effective_from', 'programme_version')

    with op.batch_alter_table('programme_publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_publication_submitted_by_id'))
        batch_op.drop_index(batch_op.f('ix_programme_publication_approved_by_id'))

    op.drop_table('programme_publication')
    with op.batch_alter_table('programme_draft_revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_draft_revision_by_id'))

    op.drop_table('programme_draft_revision')
    with op.batch_alter_table('programme_draft_act', schema=None) as batch_op:
        batch_op.drop_index('ix_programme_draft_act_draft_id')
        batch_op.drop_index(batch_op.f('ix_programme_draft_act_by_id'))

    op.drop_table('programme_draft_act')
    with op.batch_alter_table('programme_draft', schema=None) as batch_op:
        batch_op.drop_index('ix_programme_draft_state')
        batch_op.drop_index(batch_op.f('ix_programme_draft_created_by_id'))

    op.drop_table('programme_draft')
