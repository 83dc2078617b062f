"""Enquiries to partners, and lines that a partner could not do."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_unit_cents", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer <> 'confirmed' OR reference <> ''", name=op.f("ck_enquiry_confirmed_with_a_reference")
        ),
        sa.CheckConstraint(
            "answer <> 'declined' OR reason <> ''", name=op.f("ck_enquiry_declined_with_a_reason")
        ),
        sa.CheckConstraint(
            "answer <> 'offered' OR offered_unit_cents IS NOT NULL AND offered_at IS NOT NULL",
            name=op.f("ck_enquiry_offered_at_a_price"),
        ),
        sa.CheckConstraint(
            "answer IN ('confirmed', 'declined', 'offered')", name=op.f("ck_enquiry_answer_known")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_enquiry_answered_at_a_time")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_enquiry_answered_by_somebody")
        ),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_enquiry_due_after_asking")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_enquiry_answered_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["booking_line.id"], name=op.f("fk_enquiry_line_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_enquiry_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("line_id", name=op.f("uq_enquiry_line_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_enquiry_public_id")),
    )
    with op.batch_alter_table("enquiry") as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_answered_by_id"), ["answered_by_id"], unique=False)
        batch_op.create_index(
            "ix_enquiry_open",
            ["property_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_enquiry_property_id"), ["property_id"], unique=False)

    with op.batch_alter_table("booking_line") as batch_op:
        # The default fills what stands; after that the portal says it itself.
        batch_op.add_column(
            sa.Column("is_declined", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("booking_line") as batch_op:
        batch_op.alter_column("is_declined", existing_type=sa.Boolean(), server_default=None)



def downgrade() -> None:
    with op.batch_alter_table("booking_line") as batch_op:
        batch_op.drop_column("is_declined")

    with op.batch_alter_table("enquiry") as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_property_id"))
        batch_op.drop_index(
            "ix_enquiry_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_enquiry_answered_by_id"))

    op.drop_table("enquiry")
