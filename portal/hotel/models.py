"""The hotel group: its properties, departments, service catalogue, prices and rooms to let by the hour."""

import uuid
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of


class ServiceKind(StrEnum):
    """Kinds of service; a bundle's discount grows with how many different ones it holds."""

    ROOM = "room"
    MEAL = "meal"
    HALL = "hall"
    AV = "av"
    WAITER = "waiter"
    INTERPRETER = "interpreter"
    CONFERENCE_CALL = "conference_call"
    TAXI = "taxi"
    LAUNDRY = "laundry"
    TICKET = "ticket"
    COURTESY = "courtesy"


class Category(StrEnum):
    """What points are floored by, once per folio and category."""

    ROOMS = "rooms"
    FOOD_AND_DRINK = "food_and_drink"
    HALLS_AND_EQUIPMENT = "halls_and_equipment"
    OTHER_SERVICES = "other_services"


class Unit(StrEnum):
    """What one of a service is."""

    HOUR = "hour"
    DAY = "day"
    PIECE = "piece"
    PERSON = "person"
    RIDE = "ride"


class Group(Model):
    """The operator. One row: the portal belongs to one hotel group."""

    __tablename__ = "hotel_group"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    currency: Mapped[str]
    demo_as_of: Mapped[date | None]
    """The day on which the demo's history was frozen; none outside the demo."""


class Property(Model):
    """One hotel of the group."""

    __tablename__ = "property"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    city: Mapped[dict[str, Any]]
    zone: Mapped[str]
    currency: Mapped[str]
    phone: Mapped[str]


class Department(Model):
    """A department of a property, e.g. front office."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("property_id", "code", name="uq_department_code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    code: Mapped[str]
    name: Mapped[dict[str, Any]]


class Service(Model):
    """Something the hotel does, whatever the property."""

    __tablename__ = "service"
    __table_args__ = (
        one_of("kind", ServiceKind),
        one_of("category", Category),
        one_of("unit", Unit),
        CheckConstraint("desk_key BETWEEN 1 AND 9", name="desk_key_is_a_digit"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    category: Mapped[str]
    unit: Mapped[str]
    name: Mapped[dict[str, Any]]
    description: Mapped[dict[str, Any]]
    icon: Mapped[str]
    is_third_party: Mapped[bool]
    is_bookable: Mapped[bool]
    desk_key: Mapped[int | None]
    cut_off_hours: Mapped[int]
    max_quantity: Mapped[int]


class ServicePrice(Model):
    """The list price of one unit at a property from a date on, in cents, gross or net as said."""

    __tablename__ = "service_price"
    __table_args__ = (
        UniqueConstraint("service_id", "property_id", "valid_from", name="uq_service_price_from"),
        CheckConstraint("unit_price_cents >= 0", name="not_negative"),
        CheckConstraint("floor_price_cents >= 0", name="floor_not_negative"),
        CheckConstraint("vat_bp BETWEEN 0 AND 10000", name="vat_is_a_share"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    valid_from: Mapped[date]
    unit_price_cents: Mapped[int]
    floor_price_cents: Mapped[int] = mapped_column(default=0)
    is_gross: Mapped[bool]
    vat_bp: Mapped[int]

    service: Mapped[Service] = relationship(lazy="raise")


class Resource(Model):
    """One hall or set of equipment that can be in one place at a time."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("capacity >= 1", name="capacity_positive"),
        CheckConstraint("set_up_minutes >= 0", name="set_up_not_negative"),
        Index("ix_resource_property_id_service_id", "property_id", "service_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    name: Mapped[dict[str, Any]]
    capacity: Mapped[int]
    set_up_minutes: Mapped[int]
