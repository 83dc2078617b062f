"""Who may pass which door, and which door stands before which endpoint. Equal to the URL map.

A new page is added here in two lines at the most: its endpoint with its door, and the door, if it
is new, with the roles that pass. A door is named by its room and its function:
`portal/stays/imports/access.py: imports` is `stays.imports.imports`.

The test (tests/architecture/test_doors.py) prints the lines that are missing.
"""

from portal.people.models import CLIENT_ROLES, GROUP_ROLES, PROPERTY_ROLES, Role

STRANGER = "stranger"
SIGNED_IN = frozenset(Role)
EVERYBODY = SIGNED_IN | {STRANGER}
HOUSE = PROPERTY_ROLES | GROUP_ROLES

DOORS: dict[str, frozenset[str]] = {
    "web.anyone": EVERYBODY,
    "web.signed_in": SIGNED_IN,
    "stays.imports.manages_imports": frozenset({Role.LOYALTY_MANAGER}),
    "stays.imports.reads_imports": frozenset({Role.LOYALTY_MANAGER, Role.AUDITOR}),
    "accounts.books": frozenset({Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER}),
    "accounts.client": CLIENT_ROLES,
    "corporate.bookings.ends_bookings": frozenset(
        {Role.FRONT_DESK, Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER}
    ),
    "corporate.bookings.sees_bookings": CLIENT_ROLES
    | {Role.FRONT_DESK, Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.AUDITOR},
    "accounts.travels": CLIENT_ROLES,
    "accounts.administers": frozenset({Role.ACCOUNT_ADMINISTRATOR}),
    "staff.desk.at_desk": frozenset({Role.FRONT_DESK}),
    "audit.reads_audit": frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    "hotel.keeps_settings": frozenset({Role.ADMINISTRATOR}),
    "jobs.administrator": frozenset({Role.ADMINISTRATOR}),
    "outbox.administrator": frozenset({Role.ADMINISTRATOR}),
    "outbox.letters": frozenset(),  # in the demo whoever is signed in
    "outbox.outbox": frozenset({Role.ADMINISTRATOR}),
    "people.administrator": frozenset({Role.ADMINISTRATOR}),
    "programme.has_own_points": frozenset({Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER}),
    "programme.reads_accounts": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
    ),
    "programme.reads_points": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
        | {Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER}
    ),
    "people.invitations.invites": frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_ADMINISTRATOR}),
    "people.invitations.invites_to_account": frozenset({Role.ACCOUNT_ADMINISTRATOR}),
}

ENDPOINTS: dict[str, str] = {
    "addresses.change": "web.signed_in",
    "addresses.confirm": "web.anyone",
    "audit.entries": "audit.reads_audit",
    "audit.export": "audit.reads_audit",
    "bookings.booking": "corporate.bookings.sees_bookings",
    "bookings.bookings": "corporate.bookings.sees_bookings",
    "bookings.bookings_csv": "corporate.bookings.sees_bookings",
    "bookings.calendar_file": "corporate.bookings.sees_bookings",
    "bookings.cancellation": "accounts.books",
    "bookings.confirmation": "corporate.bookings.sees_bookings",
    "bookings.end_by_hotel": "corporate.bookings.ends_bookings",
    "cards.card_pdf": "accounts.travels",
    "cards.my_card": "accounts.travels",
    "cards.recognise": "web.anyone",
    "cards.tell_needs": "accounts.travels",
    "company.choose": "accounts.client",
    "company.choose_account": "accounts.client",
    "company.home": "accounts.administers",
    "company.stays": "accounts.administers",
    "company.stays_csv": "accounts.administers",
    "company_people.add_traveller": "accounts.administers",
    "company_people.block_card": "accounts.administers",
    "company_people.change_roles": "accounts.administers",
    "company_people.end_access": "accounts.administers",
    "company_people.issue_card": "accounts.administers",
    "company_people.people": "accounts.administers",
    "company_people.person": "accounts.administers",
    "desk.choose_desk": "staff.desk.at_desk",
    "desk.deliver": "staff.desk.at_desk",
    "desk.desk": "staff.desk.at_desk",
    "desk.log_service": "staff.desk.at_desk",
    "desk.undo": "staff.desk.at_desk",
    "hotel.change_property": "hotel.keeps_settings",
    "hotel.settings": "hotel.keeps_settings",
    "imports.accept": "stays.imports.manages_imports",
    "imports.discard": "stays.imports.manages_imports",
    "imports.import_page": "stays.imports.reads_imports",
    "imports.list_imports": "stays.imports.reads_imports",
    "imports.rejected_rows": "stays.imports.reads_imports",
    "imports.settle_company": "stays.imports.manages_imports",
    "imports.upload": "stays.imports.manages_imports",
    "invitations.accept": "web.anyone",
    "invitations.invitations": "people.invitations.invites",
    "invitations.invite_to_account": "people.invitations.invites_to_account",
    "invitations.invite_to_house": "people.administrator",
    "invitations.send_again": "people.invitations.invites",
    "invitations.withdraw": "people.invitations.invites",
    "jobs.cancel": "web.signed_in",
    "jobs.job_page": "web.signed_in",
    "jobs.list_jobs": "web.signed_in",
    "jobs.try_again": "jobs.administrator",
    "orders.book": "accounts.books",
    "orders.change": "accounts.books",
    "orders.compose": "accounts.books",
    "orders.confirm_change": "accounts.books",
    "orders.price": "accounts.books",
    "orders.price_change": "accounts.books",
    "outbox.download_attachment": "outbox.letters",
    "outbox.list_letters": "outbox.outbox",
    "outbox.preview_letter": "outbox.letters",
    "outbox.send_again": "outbox.administrator",
    "outbox.show_letter": "outbox.letters",
    "passwords.change": "web.signed_in",
    "passwords.choose": "web.anyone",
    "passwords.forgotten": "web.anyone",
    "passwords.link_sent": "web.anyone",
    "people.end_device": "web.signed_in",
    "people.end_other_devices": "web.signed_in",
    "people.my_data": "web.signed_in",
    "people.my_looks": "web.signed_in",
    "people.my_profile": "web.signed_in",
    "people.sign_in": "web.anyone",
    "people.sign_out": "web.anyone",
    "perks.perks": "accounts.books",
    "programme.account": "programme.reads_accounts",
    "programme.accounts_csv": "programme.reads_accounts",
    "programme.list_accounts": "programme.reads_accounts",
    "programme.lots": "programme.reads_points",
    "programme.my_points": "programme.has_own_points",
    "programme.points": "programme.reads_points",
    "programme.points_csv": "programme.reads_points",
    "programme.standing": "programme.reads_points",
    "programme.why": "programme.reads_points",
    "roles.end_access": "people.administrator",
    "roles.end_role": "people.administrator",
    "roles.give_again": "people.administrator",
    "roles.give_role": "people.administrator",
    "roles.open_access": "people.administrator",
    "roles.people": "people.administrator",
    "roles.person": "people.administrator",
    "web.alive": "web.anyone",
    "web.choose_language": "web.anyone",
    "web.choose_theme": "web.anyone",
    "web.home": "web.anyone",
    "web.inbox": "web.signed_in",
    "web.ready": "web.anyone",
    "web.search": "web.signed_in",
}
