"""How the desk knew the person when something was spent: a live card, or a document that was looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("card_id", ID, nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('live_code', 'staff_check')", name=op.f("ck_presence_kind_known")),
        sa.CheckConstraint(
            "document IN ('passport', 'identity_card', 'driving_licence', 'company_badge')",
            name=op.f("ck_presence_document_known"),
        ),
        sa.CheckConstraint("purpose IN ('points', 'invitee')", name=op.f("ck_presence_purpose_known")),
        sa.CheckConstraint(
            "(kind = 'live_code') = (counter IS NOT NULL)", name=op.f("ck_presence_code_has_counter")
        ),
        sa.CheckConstraint(
            "(kind = 'staff_check') = (document IS NOT NULL)", name=op.f("ck_presence_check_has_document")
        ),
        sa.CheckConstraint(
            "kind = 'staff_check' OR card_id IS NOT NULL", name=op.f("ck_presence_code_has_card")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_presence_card_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_presence_property_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_presence_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_presence_public_id")),
        sa.UniqueConstraint("card_id", "counter", name=op.f("uq_presence_live_code")),
    )
    with op.batch_alter_table("presence") as batch_op:
        batch_op.create_index("ix_presence_property_at", ["property_id", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_presence_by_id"), ["by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("presence") as batch_op:
        batch_op.drop_index(batch_op.f("ix_presence_by_id"))
        batch_op.drop_index("ix_presence_property_at")

    op.drop_table("presence")
