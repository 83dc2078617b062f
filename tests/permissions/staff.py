"""Doors and endpoints of the desk and the employees."""

from portal.people.models import Role
from tests.permissions.roles import HOUSE

DOORS: dict[str, frozenset[str]] = {
    "staff.board.keeps_duties": frozenset({Role.PROPERTY_MANAGER}),
    "staff.board.works_board": frozenset(
        {Role.EMPLOYEE, Role.FRONT_DESK, Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER}
    ),
    "staff.breaches.answers_for_promises": frozenset({Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER}),
    "staff.contests.leads": frozenset({Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER}),
    "staff.contests.works_here": frozenset({Role.EMPLOYEE, Role.FRONT_DESK}),
    "staff.contests.works_or_leads": frozenset(
        {Role.EMPLOYEE, Role.FRONT_DESK, Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER}
    ),
    "staff.day.works_for_the_house": HOUSE,
    "staff.desk.at_desk": frozenset({Role.FRONT_DESK}),
    "staff.requests.works_at_a_hotel": frozenset(
        {Role.EMPLOYEE, Role.FRONT_DESK, Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER}
    ),
}

ENDPOINTS: dict[str, str] = {
    "board.accept": "staff.board.works_board",
    "board.board": "staff.board.works_board",
    "board.deliver": "staff.board.works_board",
    "board.release": "staff.board.works_board",
    "board.undo": "staff.board.works_board",
    "board.who_does_what": "staff.board.keeps_duties",
    "breaches.breaches": "staff.breaches.answers_for_promises",
    "breaches.undo": "staff.breaches.answers_for_promises",
    "breaches.waive": "staff.breaches.answers_for_promises",
    "contests.contest": "staff.contests.works_or_leads",
    "contests.decide": "staff.contests.leads",
    "contests.show": "staff.contests.works_or_leads",
    "day.events": "staff.contests.works_here",
    "day.log": "staff.contests.works_here",
    "day.log_file": "staff.contests.works_here",
    "day.me": "staff.contests.works_here",
    "day.rules": "staff.day.works_for_the_house",
    "desk_payments.hold": "staff.desk.at_desk",
    "desk_payments.let_go": "staff.desk.at_desk",
    "desk_payments.new": "staff.desk.at_desk",
    "desk_payments.payment": "staff.desk.at_desk",
    "desk_payments.payments": "staff.desk.at_desk",
    "desk_payments.payments_file": "staff.desk.at_desk",
    "desk_payments.receipt": "staff.desk.at_desk",
    "desk_payments.take": "staff.desk.at_desk",
    "desk_payments.undo": "staff.desk.at_desk",
    "desk_souvenirs.end": "staff.desk.at_desk",
    "desk_souvenirs.give": "staff.desk.at_desk",
    "desk_souvenirs.hand_over": "staff.desk.at_desk",
    "desk_souvenirs.reservation": "staff.desk.at_desk",
    "desk_souvenirs.reserved": "staff.desk.at_desk",
    "desk_souvenirs.reserved_file": "staff.desk.at_desk",
    "desk_souvenirs.take_back": "staff.desk.at_desk",
    "desk_souvenirs.undo": "staff.desk.at_desk",
    "desk_souvenirs.undo_gift": "staff.desk.at_desk",
    "desk.choose_desk": "staff.desk.at_desk",
    "desk.deliver": "staff.desk.at_desk",
    "desk.desk": "staff.desk.at_desk",
    "desk.give_points": "staff.desk.at_desk",
    "desk.log_service": "staff.desk.at_desk",
    "desk.undo": "staff.desk.at_desk",
    "desk_passes.forget": "staff.desk.at_desk",
    "desk_passes.guest_pass": "staff.desk.at_desk",
    "desk_passes.undo": "staff.desk.at_desk",
    "desk_passes.use": "staff.desk.at_desk",
    "requests.accept": "staff.requests.works_at_a_hotel",
    "requests.decline": "staff.requests.works_at_a_hotel",
    "requests.finish": "staff.requests.works_at_a_hotel",
    "requests.new": "staff.requests.works_at_a_hotel",
    "requests.requests": "staff.requests.works_at_a_hotel",
    "requests.undo": "staff.requests.works_at_a_hotel",
    "requests.withdraw": "staff.requests.works_at_a_hotel",
    "team.events": "staff.contests.leads",
    "team.member": "staff.contests.leads",
    "team.team": "staff.contests.leads",
}
