"""Which department of the demo's hotels does what, and who took what is due today."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.corporate.bookings.models import Booking, BookingLine
from portal.database import db
from portal.demo import bookings
from portal.hotel.models import Department, Property, Service
from portal.people.models import Person
from portal.staff.acceptances import actions as acceptances
from portal.staff.duties.models import Duty

DUTIES = {
    "late_checkout": "front_office",
    "laundry": "housekeeping",
    "taxi": "concierge",
    "hall": "events",
    "av": "events",
    "waiter": "food_and_beverage",
    "interpreter": "concierge",
    "ticket": "concierge",
    "luggage": "front_office",
    "conference_call": "events",
}
TAKEN = "taxi"


def make(*, houses: dict[str, Property], desk_clerk: Person, at: datetime) -> None:
    """Give every service its department, and one line of today to whoever stands at the desk."""
    services = {service.code: service.id for service in db.session.scalars(select(Service))}
    departments = {
        (department.property_id, department.code): department.id
        for department in db.session.scalars(select(Department))
    }
    db.session.add_all(
        Duty(
            property_id=house.id,
            service_id=services[service],
            department_id=departments[house.id, department],
        )
        for house in houses.values()
        for service, department in DUTIES.items()
    )
    statement = (
        select(BookingLine)
        .join(BookingLine.booking)
        .join(BookingLine.service)
        .options(
            joinedload(BookingLine.booking).joinedload(Booking.cancellation), joinedload(BookingLine.delivery)
        )
        .where(Booking.public_id == bookings.token_of("today"), Service.code == TAKEN)
    )
    line = db.session.scalars(statement).one()
    acceptances.accept_line(line=line, by_id=desk_clerk.id, at=at)
