"""Guest passes that companies give their invitees, and each use of one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "guest_pass",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("issued_by_id", ID, nullable=False),
        sa.Column("invitee", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("property_id", ID, nullable=True),
        sa.Column("for_meals", sa.Boolean(), nullable=False),
        sa.Column("for_rooms", sa.Boolean(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), nullable=False),
        sa.Column("meals_bp", sa.BigInteger(), nullable=False),
        sa.Column("rooms_bp", sa.BigInteger(), nullable=False),
        sa.Column("quarter_on", sa.Date(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", ID, nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("payer IN ('invitee', 'company')", name=op.f("ck_guest_pass_payer_known")),
        sa.CheckConstraint("length(number) = 13", name=op.f("ck_guest_pass_thirteen_digits")),
        sa.CheckConstraint("for_meals OR for_rooms", name=op.f("ck_guest_pass_for_something")),
        sa.CheckConstraint("uses >= 1", name=op.f("ck_guest_pass_uses_positive")),
        sa.CheckConstraint("used >= 0 AND used <= uses", name=op.f("ck_guest_pass_used_within_uses")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_guest_pass_ends_after_beginning")),
        sa.CheckConstraint("slot >= 1", name=op.f("ck_guest_pass_slot_positive")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("ck_guest_pass_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_guest_pass_account_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_guest_pass_issued_by_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_guest_pass_property_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("fk_guest_pass_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_pass")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guest_pass_public_id")),
        sa.UniqueConstraint("number", name=op.f("uq_guest_pass_number")),
        sa.UniqueConstraint("account_id", "quarter_on", "slot", name=op.f("uq_guest_pass_slot")),
    )
    with op.batch_alter_table("guest_pass") as batch_op:
        batch_op.create_index("ix_guest_pass_account_issued", ["account_id", "issued_at", "id"], unique=False)
        batch_op.create_index("ix_guest_pass_last_on", ["last_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_pass_issued_by_id"), ["issued_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_pass_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_pass_revoked_by_id"), ["revoked_by_id"], unique=False)
    op.create_table(
        "guest_pass_use",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", ID, nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("list_cents", sa.BigInteger(), nullable=False),
        sa.Column("pays_cents", sa.BigInteger(), nullable=False),
        sa.Column("price", DOCUMENT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", ID, nullable=True),
        sa.CheckConstraint("kind IN ('meals', 'rooms')", name=op.f("ck_guest_pass_use_kind_known")),
        sa.CheckConstraint("list_cents > 0", name=op.f("ck_guest_pass_use_list_positive")),
        sa.CheckConstraint(
            "pays_cents >= 0 AND pays_cents <= list_cents", name=op.f("ck_guest_pass_use_pays_within_list")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_guest_pass_use_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["pass_id"], ["guest_pass.id"], name=op.f("fk_guest_pass_use_pass_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_guest_pass_use_property_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_guest_pass_use_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_guest_pass_use_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_pass_use")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guest_pass_use_public_id")),
    )
    with op.batch_alter_table("guest_pass_use") as batch_op:
        batch_op.create_index("ix_guest_pass_use_pass", ["pass_id", "at", "id"], unique=False)
        batch_op.create_index("ix_guest_pass_use_property", ["property_id", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_pass_use_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_pass_use_undone_by_id"), ["undone_by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("guest_pass_use") as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_pass_use_undone_by_id"))
        batch_op.drop_index(batch_op.f("ix_guest_pass_use_by_id"))
        batch_op.drop_index("ix_guest_pass_use_property")
        batch_op.drop_index("ix_guest_pass_use_pass")

    op.drop_table("guest_pass_use")
    with op.batch_alter_table("guest_pass") as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_pass_revoked_by_id"))
        batch_op.drop_index(batch_op.f("ix_guest_pass_property_id"))
        batch_op.drop_index(batch_op.f("ix_guest_pass_issued_by_id"))
        batch_op.drop_index("ix_guest_pass_last_on")
        batch_op.drop_index("ix_guest_pass_account_issued")

    op.drop_table("guest_pass")
