"""Doors and endpoints of what a company has and books, and the companies themselves."""

from portal.people.models import CLIENT_ROLES, Role

DOORS: dict[str, frozenset[str]] = {
    "accounts.administers": frozenset({Role.ACCOUNT_ADMINISTRATOR}),
    "accounts.books": frozenset({Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER}),
    "accounts.client": CLIENT_ROLES,
    "accounts.travels": CLIENT_ROLES,
    "corporate.admission.publishes_rules": frozenset({Role.LOYALTY_MANAGER}),
    "corporate.applications.decides_applications": frozenset({Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER}),
    "corporate.souvenirs.counts_souvenirs": frozenset({Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER}),
    "corporate.souvenirs.keeps_souvenirs": frozenset({Role.LOYALTY_MANAGER}),
    "corporate.souvenirs.reads_souvenirs": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR}
    ),
    "corporate.bookings.ends_bookings": frozenset(
        {Role.FRONT_DESK, Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER}
    ),
    "corporate.bookings.sees_bookings": CLIENT_ROLES
    | {Role.FRONT_DESK, Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.AUDITOR},
    "corporate.diary.keeps_halls": frozenset({Role.PROPERTY_MANAGER, Role.DEPARTMENT_HEAD, Role.FRONT_DESK}),
    "corporate.diary.reads_house": frozenset(
        {Role.PROPERTY_MANAGER, Role.DEPARTMENT_HEAD, Role.FRONT_DESK, Role.ACCOUNT_MANAGER}
    )
    | {Role.LOYALTY_MANAGER, Role.AUDITOR},
    "corporate.quotes.offers_quotes": frozenset({Role.ACCOUNT_MANAGER}),
    "corporate.quotes.sees_quotes": frozenset(
        {Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER, Role.FRONT_DESK, Role.PROPERTY_MANAGER}
    )
    | {Role.LOYALTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER},
    "corporate.quotes.withdraws_quotes": frozenset(
        {Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER, Role.ACCOUNT_MANAGER}
    ),
    "corporate.terms.reads_terms": frozenset(
        {Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.FRONT_DESK, Role.AUDITOR}
    ),
    "corporate.terms.sets_terms": frozenset({Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER}),
}

ENDPOINTS: dict[str, str] = {
    "admission.rules": "corporate.admission.publishes_rules",
    "applications.application": "programme.reads_accounts",
    "applications.applications": "programme.reads_accounts",
    "applications.applications_file": "programme.reads_accounts",
    "applications.approve": "corporate.applications.decides_applications",
    "applications.ask": "corporate.applications.decides_applications",
    "applications.decline": "corporate.applications.decides_applications",
    "bookings.booking": "corporate.bookings.sees_bookings",
    "bookings.bookings": "corporate.bookings.sees_bookings",
    "bookings.bookings_file": "corporate.bookings.sees_bookings",
    "bookings.calendar_file": "corporate.bookings.sees_bookings",
    "bookings.cancellation": "accounts.books",
    "bookings.confirmation": "corporate.bookings.sees_bookings",
    "bookings.end_by_hotel": "corporate.bookings.ends_bookings",
    "cards.card_pdf": "accounts.travels",
    "cards.my_card": "accounts.travels",
    "cards.recognise": "web.anyone",
    "cards.tell_needs": "accounts.travels",
    "company.certificate": "accounts.administers",
    "company.choose": "accounts.client",
    "company.choose_account": "accounts.client",
    "company.home": "accounts.administers",
    "company.stays": "accounts.administers",
    "company.stays_file": "accounts.administers",
    "company_people.add_traveller": "accounts.administers",
    "company_people.block_card": "accounts.administers",
    "company_people.change_roles": "accounts.administers",
    "company_people.end_access": "accounts.administers",
    "company_people.issue_card": "accounts.administers",
    "company_people.people": "accounts.administers",
    "company_people.people_file": "accounts.administers",
    "company_people.person": "accounts.administers",
    "diary.close": "corporate.diary.keeps_halls",
    "diary.free": "accounts.books",
    "diary.house": "corporate.diary.reads_house",
    "diary.open_again": "corporate.diary.keeps_halls",
    "joining.answer": "web.anyone",
    "joining.application": "web.anyone",
    "joining.apply": "web.anyone",
    "joining.confirm": "web.anyone",
    "joining.password": "web.anyone",
    "joining.sent": "web.anyone",
    "joining.withdraw": "web.anyone",
    "order_sheets.paper": "corporate.bookings.sees_bookings",
    "order_sheets.sheet": "corporate.bookings.sees_bookings",
    "orders.book": "accounts.books",
    "orders.change": "accounts.books",
    "orders.compose": "accounts.books",
    "orders.confirm_change": "accounts.books",
    "orders.price": "accounts.books",
    "orders.price_change": "accounts.books",
    "perks.perks": "accounts.books",
    "reservations.cancel": "accounts.books",
    "reservations.item": "accounts.books",
    "reservations.reservation": "accounts.books",
    "reservations.reserved": "accounts.books",
    "reservations.reserved_file": "accounts.books",
    "reservations.shop": "accounts.books",
    "reservations.shop_file": "accounts.books",
    "souvenirs.add": "corporate.souvenirs.keeps_souvenirs",
    "souvenirs.catalogue": "corporate.souvenirs.reads_souvenirs",
    "souvenirs.catalogue_file": "corporate.souvenirs.reads_souvenirs",
    "souvenirs.change": "corporate.souvenirs.keeps_souvenirs",
    "souvenirs.count": "corporate.souvenirs.counts_souvenirs",
    "souvenirs.moves_file": "corporate.souvenirs.reads_souvenirs",
    "souvenirs.offer": "corporate.souvenirs.keeps_souvenirs",
    "souvenirs.picture": "web.signed_in",
    "souvenirs.show_picture": "corporate.souvenirs.keeps_souvenirs",
    "souvenirs.souvenir": "corporate.souvenirs.reads_souvenirs",
    "souvenirs.terms": "corporate.souvenirs.keeps_souvenirs",
    "souvenirs.warn": "corporate.souvenirs.counts_souvenirs",
    "orders.quote": "accounts.books",
    "quotes.accept": "accounts.books",
    "quotes.offer": "corporate.quotes.offers_quotes",
    "quotes.paper": "corporate.quotes.sees_quotes",
    "quotes.quote": "corporate.quotes.sees_quotes",
    "quotes.quotes": "corporate.quotes.sees_quotes",
    "quotes.withdraw": "corporate.quotes.withdraws_quotes",
    "terms.set_term": "corporate.terms.sets_terms",
    "terms.terms": "corporate.terms.reads_terms",
}
