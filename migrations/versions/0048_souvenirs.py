"""Souvenirs: the catalogue, what each hotel has of it, what companies reserved, and gifts on arrival."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('souvenir_terms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('keep_days', sa.BigInteger(), nullable=False),
    sa.Column('again_days', sa.BigInteger(), nullable=False),
    sa.Column('most', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('again_days BETWEEN 1 AND 365', name=op.f('ck_souvenir_terms_again_days_in_range')),
    sa.CheckConstraint('id = 1', name=op.f('ck_souvenir_terms_only_one')),
    sa.CheckConstraint('keep_days BETWEEN 0 AND 90', name=op.f('ck_souvenir_terms_keep_days_in_range')),
    sa.CheckConstraint('most BETWEEN 1 AND 50', name=op.f('ck_souvenir_terms_most_in_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_terms'))
    )
    op.execute("INSERT INTO souvenir_terms (id, keep_days, again_days, most) VALUES (1, 7, 7, 5)")
    op.create_table('souvenir',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('description', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('search_key', sa.String(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('arrival_set', sa.String(), nullable=True),
    sa.Column('drawing', sa.String(), nullable=False),
    sa.Column('on_sale_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('(points IS NULL) <> (arrival_set IS NULL)', name=op.f('ck_souvenir_priced_or_given')),
    sa.CheckConstraint('points IS NULL OR points > 0', name=op.f('ck_souvenir_points_positive')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_souvenir_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir')),
    sa.UniqueConstraint('arrival_set', name=op.f('uq_souvenir_arrival_set')),
    sa.UniqueConstraint('public_id', name=op.f('uq_souvenir_public_id'))
    )
    with op.batch_alter_table('souvenir', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index('ix_souvenir_search_key', ['search_key', 'id'], unique=False)

    op.create_table('souvenir_picture',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('souvenir_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['souvenir_id'], ['souvenir.id'], name=op.f('fk_souvenir_picture_souvenir_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_picture')),
    sa.UniqueConstraint('souvenir_id', name=op.f('uq_souvenir_picture_souvenir_id'))
    )
    op.create_table('souvenir_stock',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('souvenir_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('on_hand', sa.BigInteger(), nullable=False),
    sa.Column('reserved', sa.BigInteger(), nullable=False),
    sa.Column('low_at', sa.BigInteger(), nullable=False),
    sa.Column('low_since', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('low_at >= 0', name=op.f('ck_souvenir_stock_low_at_not_negative')),
    sa.CheckConstraint('reserved >= 0 AND on_hand >= reserved', name=op.f('ck_souvenir_stock_promised_is_there')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_souvenir_stock_property_id')),
    sa.ForeignKeyConstraint(['souvenir_id'], ['souvenir.id'], name=op.f('fk_souvenir_stock_souvenir_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_stock')),
    sa.UniqueConstraint('souvenir_id', 'property_id', name='uq_souvenir_stock_souvenir_property')
    )
    with op.batch_alter_table('souvenir_stock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_stock_property_id'), ['property_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_stock_souvenir_id'), ['souvenir_id'], unique=False)

    op.create_table('souvenir_arrival_gift',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('souvenir_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('card_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_souvenir_arrival_gift_account_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_souvenir_arrival_gift_by_id')),
    sa.ForeignKeyConstraint(['card_id'], ['card.id'], name=op.f('fk_souvenir_arrival_gift_card_id')),
    sa.ForeignKeyConstraint(['guest_id'], ['person.id'], name=op.f('fk_souvenir_arrival_gift_guest_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_souvenir_arrival_gift_property_id')),
    sa.ForeignKeyConstraint(['souvenir_id'], ['souvenir.id'], name=op.f('fk_souvenir_arrival_gift_souvenir_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_arrival_gift')),
    sa.UniqueConstraint('public_id', name=op.f('uq_souvenir_arrival_gift_public_id'))
    )
    with op.batch_alter_table('souvenir_arrival_gift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_arrival_gift_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_arrival_gift_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_arrival_gift_card_id'), ['card_id'], unique=False)
        batch_op.create_index('ix_souvenir_arrival_gift_card_property', ['card_id', 'property_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_arrival_gift_guest_id'), ['guest_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_arrival_gift_property_id'), ['property_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_arrival_gift_souvenir_id'), ['souvenir_id'], unique=False)

    op.create_table('souvenir_reservation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reserved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('card_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('souvenir_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('search_key', sa.String(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('price', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('arrival', sa.Date(), nullable=False),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.Column('reserved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hold_key', sa.String(), nullable=False),
    sa.CheckConstraint('keep_until >= arrival', name=op.f('ck_souvenir_reservation_kept_past_arrival')),
    sa.CheckConstraint('points > 0', name=op.f('ck_souvenir_reservation_points_positive')),
    sa.CheckConstraint('quantity >= 1', name=op.f('ck_souvenir_reservation_quantity_positive')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_souvenir_reservation_account_id')),
    sa.ForeignKeyConstraint(['card_id'], ['card.id'], name=op.f('fk_souvenir_reservation_card_id')),
    sa.ForeignKeyConstraint(['guest_id'], ['person.id'], name=op.f('fk_souvenir_reservation_guest_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_souvenir_reservation_property_id')),
    sa.ForeignKeyConstraint(['reserved_by_id'], ['person.id'], name=op.f('fk_souvenir_reservation_reserved_by_id')),
    sa.ForeignKeyConstraint(['souvenir_id'], ['souvenir.id'], name=op.f('fk_souvenir_reservation_souvenir_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_reservation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_souvenir_reservation_public_id'))
    )
    with op.batch_alter_table('souvenir_reservation', schema=None) as batch_op:
        batch_op.create_index('ix_souvenir_reservation_account_arrival', ['account_id', 'arrival', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_card_id'), ['card_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_guest_id'), ['guest_id'], unique=False)
        batch_op.create_index('ix_souvenir_reservation_open', ['keep_until', 'id'], unique=False)
        batch_op.create_index('ix_souvenir_reservation_property_arrival', ['property_id', 'arrival', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_property_id'), ['property_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_reserved_by_id'), ['reserved_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_souvenir_id'), ['souvenir_id'], unique=False)

    op.create_table('souvenir_stock_move',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.Uuid(), nullable=False),
    sa.Column('stock_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('on_hand_after', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind <> 'corrected' OR reason <> ''", name=op.f('ck_souvenir_stock_move_correction_says_why')),
    sa.CheckConstraint("kind IN ('counted_in', 'corrected', 'handed_over', 'undone', 'returned', 'given')", name=op.f('ck_souvenir_stock_move_kind_known')),
    sa.CheckConstraint('on_hand_after >= 0', name=op.f('ck_souvenir_stock_move_on_hand_not_negative')),
    sa.CheckConstraint('quantity <> 0', name=op.f('ck_souvenir_stock_move_quantity_not_zero')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_souvenir_stock_move_by_id')),
    sa.ForeignKeyConstraint(['stock_id'], ['souvenir_stock.id'], name=op.f('fk_souvenir_stock_move_stock_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_stock_move')),
    sa.UniqueConstraint('token', name=op.f('uq_souvenir_stock_move_token'))
    )
    with op.batch_alter_table('souvenir_stock_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_stock_move_by_id'), ['by_id'], unique=False)
        batch_op.create_index('ix_souvenir_stock_move_stock_at', ['stock_id', 'at', 'id'], unique=False)

    op.create_table('souvenir_handover',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('reservation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_souvenir_handover_by_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['souvenir_reservation.id'], name=op.f('fk_souvenir_handover_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_handover')),
    sa.UniqueConstraint('public_id', name=op.f('uq_souvenir_handover_public_id')),
    sa.UniqueConstraint('reservation_id', name=op.f('uq_souvenir_handover_reservation_id'))
    )
    with op.batch_alter_table('souvenir_handover', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_handover_by_id'), ['by_id'], unique=False)

    op.create_table('souvenir_reservation_end',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reservation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'expired') = (by_id IS NULL)", name=op.f('ck_souvenir_reservation_end_expires_by_itself')),
    sa.CheckConstraint("kind <> 'by_hotel' OR reason <> ''", name=op.f('ck_souvenir_reservation_end_hotel_gives_a_reason')),
    sa.CheckConstraint("kind IN ('by_client', 'by_hotel', 'expired')", name=op.f('ck_souvenir_reservation_end_kind_known')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_souvenir_reservation_end_by_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['souvenir_reservation.id'], name=op.f('fk_souvenir_reservation_end_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_reservation_end')),
    sa.UniqueConstraint('reservation_id', name=op.f('uq_souvenir_reservation_end_reservation_id'))
    )
    with op.batch_alter_table('souvenir_reservation_end', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_reservation_end_by_id'), ['by_id'], unique=False)

    op.create_table('souvenir_return',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reservation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_restocked', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_souvenir_return_says_why')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_souvenir_return_by_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['souvenir_reservation.id'], name=op.f('fk_souvenir_return_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_souvenir_return')),
    sa.UniqueConstraint('reservation_id', name=op.f('uq_souvenir_return_reservation_id'))
    )
    with op.batch_alter_table('souvenir_return', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_souvenir_return_by_id'), ['by_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('souvenir_return', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_souvenir_return_by_id'))

    op.drop_table('souvenir_return')
    with op.batch_alter_table('souvenir_reservation_end', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_end_by_id'))

    op.drop_table('souvenir_reservation_end')
    with op.batch_alter_table('souvenir_handover', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_souvenir_handover_by_id'))

    op.drop_table('souvenir_handover')
    with op.batch_alter_table('souvenir_stock_move', schema=None) as batch_op:
        batch_op.drop_index('ix_souvenir_stock_move_stock_at')
        batch_op.drop_index(batch_op.f('ix_souvenir_stock_move_by_id'))

    op.drop_table('souvenir_stock_move')
    with op.batch_alter_table('souvenir_reservation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_souvenir_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_reserved_by_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_property_id'))
        batch_op.drop_index('ix_souvenir_reservation_property_arrival')
        batch_op.drop_index('ix_souvenir_reservation_open')
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_guest_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_card_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_reservation_account_id'))
        batch_op.drop_index('ix_souvenir_reservation_account_arrival')

    op.drop_table('souvenir_reservation')
    with op.batch_alter_table('souvenir_arrival_gift', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_souvenir_arrival_gift_souvenir_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_arrival_gift_property_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_arrival_gift_guest_id'))
        batch_op.drop_index('ix_souvenir_arrival_gift_card_property')
        batch_op.drop_index(batch_op.f('ix_souvenir_arrival_gift_card_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_arrival_gift_by_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_arrival_gift_account_id'))

    op.drop_table('souvenir_arrival_gift')
    with op.batch_alter_table('souvenir_stock', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_souvenir_stock_souvenir_id'))
        batch_op.drop_index(batch_op.f('ix_souvenir_stock_property_id'))

    op.drop_table('souvenir_stock')
    op.drop_table('souvenir_picture')
    with op.batch_alter_table('souvenir', schema=None) as batch_op:
        batch_op.drop_index('ix_souvenir_search_key')
        batch_op.drop_index(batch_op.f('ix_souvenir_created_by_id'))

    op.drop_table('souvenir')
    op.drop_table('souvenir_terms')
