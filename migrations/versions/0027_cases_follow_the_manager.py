"""Cases belong to the account's manager of the day; letters may be taken back; guests may be gone."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KINDS = "'note', 'resolution', 'untold', 'second_word'"
OLD_KINDS = "'note', 'resolution', 'second_word'"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("survey_case") as batch_op:
        batch_op.drop_index("ix_survey_case_owner_due")
        batch_op.drop_constraint("fk_survey_case_owner_id", type_="foreignkey")
        batch_op.drop_column("owner_id")
    with op.batch_alter_table("survey_invitation") as batch_op:
        batch_op.drop_index("ix_survey_invitation_case_owner_id")
        batch_op.drop_constraint("fk_survey_invitation_case_owner_id", type_="foreignkey")
        batch_op.drop_column("case_owner_id")
        batch_op.drop_constraint(op.f("ck_survey_invitation_sent_with_a_link"), type_="check")
        batch_op.create_check_constraint(op.f("ck_survey_invitation_sent_with_a_link"), "sent_at IS NULL OR token_digest IS NOT NULL")
    with op.batch_alter_table("survey_case_step") as batch_op:
        batch_op.drop_constraint(op.f("ck_survey_case_step_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_survey_case_step_kind_known"), f"kind IN ({KINDS})")


def downgrade() -> None:
    op.execute("UPDATE survey_case_step SET kind = 'note' WHERE kind = 'untold'")
    op.execute("UPDATE survey_invitation SET token_digest = NULL WHERE sent_at IS NULL")
    with op.batch_alter_table("survey_case_step") as batch_op:
        batch_op.drop_constraint(op.f("ck_survey_case_step_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_survey_case_step_kind_known"), f"kind IN ({OLD_KINDS})")
    with op.batch_alter_table("survey_invitation") as batch_op:
        batch_op.drop_constraint(op.f("ck_survey_invitation_sent_with_a_link"), type_="check")
        batch_op.create_check_constraint(op.f("ck_survey_invitation_sent_with_a_link"), "(sent_at IS NULL) = (token_digest IS NULL)")
        batch_op.add_column(sa.Column("case_owner_id", ID, nullable=True))
        batch_op.create_foreign_key("fk_survey_invitation_case_owner_id", "person", ["case_owner_id"], ["id"])
        batch_op.create_index("ix_survey_invitation_case_owner_id", ["case_owner_id"])
    with op.batch_alter_table("survey_case") as batch_op:
        batch_op.add_column(sa.Column("owner_id", ID, nullable=True))
        batch_op.create_foreign_key("fk_survey_case_owner_id", "person", ["owner_id"], ["id"])
        batch_op.create_index("ix_survey_case_owner_due", ["owner_id", "due_at", "id"])
