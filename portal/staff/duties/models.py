"""Which department of a property does which service."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model
from portal.hotel.models import Department


class Duty(Model):
    """A service at a property is one department's. Without a row it is the front desk's to find out whose."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("property_id", "service_id", name="uq_duty_service"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)

    department: Mapped[Department] = relationship(lazy="raise")
