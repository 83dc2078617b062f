"""Tables: every constraint has a name, every foreign key an index, no relationship loads by itself."""

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from portal.database import Model
from portal.rooms import know_all_tables
from tests.architecture.source import nothing_in

# PostgreSQL cuts longer names, SQLite does not.
NAME_BYTES = 63


def nameless_constraints(metadata):
    faults = []
    for table in metadata.tables.values():
        for constraint in table.constraints:
            name = constraint.name if isinstance(constraint.name, str) else None
            if not name:
                faults.append(f"{table.name}: a {type(constraint).__name__} without a name")
            elif len(name.encode()) > NAME_BYTES:
                faults.append(f"{table.name}: {name} is longer than {NAME_BYTES} bytes")
        faults += [
            f"{table.name}: {index.name} is longer than {NAME_BYTES} bytes"
            for index in table.indexes
            if len(str(index.name).encode()) > NAME_BYTES
        ]
    return faults


def foreign_keys_without_index(metadata):
    """Foreign keys whose columns do not lead an index that covers every row."""
    faults = []
    for table in metadata.tables.values():
        leads = [list(table.primary_key.columns.keys())]
        leads += [
            [column.name for column in constraint.columns]
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        ]
        leads += [
            [getattr(part, "name", None) for part in index.expressions]
            for index in table.indexes
            if not any(index.dialect_options[name]["where"] is not None for name in ("sqlite", "postgresql"))
        ]
        for key in table.foreign_key_constraints:
            columns = set(key.column_keys)
            if not any(set(lead[: len(columns)]) == columns for lead in leads):
                faults.append(f"{table.name}: no index begins with {', '.join(sorted(columns))}")
    return faults


def self_loading_relationships(registry):
    return [
        f"{mapper.class_.__name__}.{relation.key} is lazy={relation.lazy!r}"
        for mapper in registry.mappers
        for relation in mapper.relationships
        if relation.lazy not in {"raise", "write_only"}
    ]


@pytest.fixture(scope="module")
def metadata():
    know_all_tables()
    return Model.metadata


class TestTables:
    def test_name_their_constraints(self, metadata):
        nothing_in(nameless_constraints(metadata))

    def test_index_their_foreign_keys(self, metadata):
        nothing_in(foreign_keys_without_index(metadata))

    def test_load_nothing_by_themselves(self, metadata):
        assert metadata.tables

        nothing_in(self_loading_relationships(Model.registry))


def _guest_table(*parts):
    metadata = MetaData()
    Table("hotel", metadata, Column("id", Integer, primary_key=True))
    table = Table(
        "guest",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("hotel_id", Integer, ForeignKey("hotel.id", name="fk_guest_hotel_id")),
        *parts,
    )
    return metadata, table


class TestTheGuardBites:
    def test_at_a_constraint_without_a_name(self):
        metadata, _ = _guest_table(CheckConstraint("id > 0"))

        assert "guest: a CheckConstraint without a name" in nameless_constraints(metadata)

    def test_at_a_name_that_one_database_would_cut(self):
        metadata, _ = _guest_table(CheckConstraint("id > 0", name="c" * (NAME_BYTES + 1)))

        assert any("longer than" in fault for fault in nameless_constraints(metadata))

    def test_at_a_foreign_key_without_an_index(self):
        metadata, table = _guest_table()
        assert foreign_keys_without_index(metadata) == ["guest: no index begins with hotel_id"]

        Index("ix_guest_hotel_id", table.c.hotel_id, table.c.id)

        assert foreign_keys_without_index(metadata) == []

    def test_at_an_index_that_does_not_begin_with_it_or_covers_some_rows_only(self):
        metadata, table = _guest_table()
        Index("ix_guest_id_hotel_id", table.c.id, table.c.hotel_id)
        Index("ix_guest_some", table.c.hotel_id, sqlite_where=table.c.id > 0)

        assert foreign_keys_without_index(metadata) == ["guest: no index begins with hotel_id"]

    def test_at_a_relationship_that_loads_by_itself(self):
        class Base(DeclarativeBase):
            pass

        class Hotel(Base):
            __tablename__ = "hotel"
            id: Mapped[int] = mapped_column(primary_key=True)

        class Guest(Base):
            __tablename__ = "guest"
            id: Mapped[int] = mapped_column(primary_key=True)
            hotel_id: Mapped[int] = mapped_column(ForeignKey("hotel.id"))
            hotel: Mapped[Hotel] = relationship()
            silent: Mapped[Hotel] = relationship(lazy="raise", viewonly=True)

        assert self_loading_relationships(Base.registry) == ["Guest.hotel is lazy='select'"]
