"""Doors and endpoints of the programme's rules, points and papers."""

from portal.people.models import Role

DOORS: dict[str, frozenset[str]] = {
    "programme.contracts.asks_rates": frozenset({Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER}),
    "programme.contracts.decides_rates": frozenset(
        {Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER}
    ),
    "programme.contracts.reads_rates": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
        | {Role.ACCOUNT_ADMINISTRATOR}
    ),
    "programme.credits.gives_credits": frozenset(
        {Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER}
    ),
    "programme.credits.reads_credits": frozenset(
        {Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.FRONT_DESK}
    ),
    "programme.drafts.edits_rules": frozenset({Role.LOYALTY_MANAGER}),
    "programme.drafts.reads_rules": frozenset({Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR}),
    "programme.folios.reads_folios": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
        | {Role.ACCOUNT_ADMINISTRATOR}
    ),
    "programme.has_own_points": frozenset({Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER}),
    "programme.impact.decides_letters": frozenset({Role.LOYALTY_MANAGER}),
    "programme.impact.reads_letters": frozenset({Role.LOYALTY_MANAGER, Role.AUDITOR}),
    "programme.liability.closes_months": frozenset({Role.LOYALTY_MANAGER}),
    "programme.liability.reads_liability": frozenset(
        {Role.LOYALTY_MANAGER, Role.AUDITOR, Role.PROPERTY_MANAGER}
    ),
    "programme.opening.accepts_opening": frozenset({Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER}),
    "programme.opening.reads_opening": frozenset({Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR}),
    "programme.opening.shows_opening": frozenset({Role.LOYALTY_MANAGER}),
    "programme.publication.approves_drafts": frozenset({Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER}),
    "programme.publication.reads_versions": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR}
    ),
    "programme.publication.submits_drafts": frozenset({Role.LOYALTY_MANAGER}),
    "programme.reads_accounts": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
    ),
    "programme.reads_points": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
        | {Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER}
    ),
    "programme.rehearsal.reads_findings": frozenset(
        {Role.LOYALTY_MANAGER, Role.AUDITOR, Role.PROPERTY_MANAGER}
    ),
    "programme.rehearsal.reads_rehearsals": frozenset({Role.LOYALTY_MANAGER, Role.AUDITOR}),
    "programme.rehearsal.rehearses": frozenset({Role.LOYALTY_MANAGER}),
    "programme.statements.makes_statements": frozenset({Role.LOYALTY_MANAGER}),
    "programme.statements.reads_batches": frozenset({Role.LOYALTY_MANAGER, Role.AUDITOR}),
    "programme.withdrawals.asks_withdrawal": frozenset({Role.LOYALTY_MANAGER}),
    "programme.withdrawals.decides_withdrawal": frozenset({Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER}),
}

ENDPOINTS: dict[str, str] = {
    "breakdowns.counted": "programme.reads_points",
    "breakdowns.lots": "programme.reads_points",
    "breakdowns.savings": "programme.reads_points",
    "contracts.ask": "programme.contracts.asks_rates",
    "contracts.decide": "programme.contracts.decides_rates",
    "contracts.decide_end": "programme.contracts.decides_rates",
    "contracts.end": "programme.contracts.asks_rates",
    "contracts.rate": "programme.contracts.reads_rates",
    "contracts.rates": "programme.contracts.reads_rates",
    "contracts.rates_file": "programme.contracts.reads_rates",
    "contracts.withdraw": "programme.contracts.asks_rates",
    "contracts.withdraw_end": "programme.contracts.asks_rates",
    "credits.credit": "programme.credits.reads_credits",
    "credits.decide": "programme.credits.gives_credits",
    "credits.give": "programme.credits.gives_credits",
    "credits.list_credits": "programme.credits.reads_credits",
    "credits.take_back": "programme.credits.gives_credits",
    "credits.withdraw": "programme.credits.reads_credits",
    "drafts.add_tier": "programme.drafts.edits_rules",
    "drafts.begin": "programme.drafts.edits_rules",
    "drafts.draft": "programme.drafts.reads_rules",
    "drafts.drafts": "programme.drafts.reads_rules",
    "drafts.remove_tier": "programme.drafts.edits_rules",
    "drafts.section": "programme.drafts.edits_rules",
    "drafts.withdraw": "programme.drafts.edits_rules",
    "folios.folio": "programme.folios.reads_folios",
    "impact.approve": "programme.impact.decides_letters",
    "impact.approve_all": "programme.impact.decides_letters",
    "impact.letter": "programme.impact.reads_letters",
    "impact.letters": "programme.impact.reads_letters",
    "impact.list_versions": "programme.impact.reads_letters",
    "impact.strike_out": "programme.impact.decides_letters",
    "liability.accounts": "programme.liability.reads_liability",
    "liability.close": "programme.liability.reads_liability",
    "liability.close_now": "programme.liability.closes_months",
    "liability.close_pdf": "programme.liability.reads_liability",
    "liability.close_workbook": "programme.liability.reads_liability",
    "liability.closes": "programme.liability.reads_liability",
    "liability.liability": "programme.liability.reads_liability",
    "nights.my_price": "programme.has_own_points",
    "nights.price": "programme.reads_points",
    "opening.accept": "programme.opening.accepts_opening",
    "opening.discard": "programme.opening.accepts_opening",
    "opening.file": "programme.opening.reads_opening",
    "opening.list_files": "programme.opening.reads_opening",
    "opening.preview": "programme.opening.shows_opening",
    "plans.plan": "programme.reads_points",
    "programme.account": "programme.reads_accounts",
    "programme.accounts_file": "programme.reads_accounts",
    "programme.list_accounts": "programme.reads_accounts",
    "programme.lots": "programme.reads_points",
    "programme.lots_file": "programme.reads_points",
    "programme.my_points": "programme.has_own_points",
    "programme.points": "programme.reads_points",
    "programme.points_file": "programme.reads_points",
    "programme.standing": "programme.reads_points",
    "programme.why": "programme.reads_points",
    "publication.approve": "programme.publication.approves_drafts",
    "publication.ask_withdrawal": "programme.withdrawals.asks_withdrawal",
    "publication.decide_withdrawal": "programme.withdrawals.decides_withdrawal",
    "publication.hand_back": "programme.publication.approves_drafts",
    "publication.publication": "programme.publication.reads_versions",
    "publication.rules_of_programme": "programme.reads_points",
    "publication.submit": "programme.publication.submits_drafts",
    "publication.version": "programme.publication.reads_versions",
    "publication.versions": "programme.publication.reads_versions",
    "rehearsals.account": "programme.rehearsal.reads_rehearsals",
    "rehearsals.accounts": "programme.rehearsal.reads_rehearsals",
    "rehearsals.accounts_csv": "programme.rehearsal.reads_rehearsals",
    "rehearsals.list_rehearsals": "programme.rehearsal.reads_findings",
    "rehearsals.rehearsal": "programme.rehearsal.reads_findings",
    "rehearsals.rehearse": "programme.rehearsal.rehearses",
    "rehearsals.workbook": "programme.rehearsal.reads_rehearsals",
    "sheets.sheet": "programme.reads_points",
    "statements.account_statements": "programme.reads_points",
    "statements.batches": "programme.statements.reads_batches",
    "statements.make_batch": "programme.statements.makes_statements",
    "statements.months_file": "programme.reads_points",
    "statements.order_paper": "programme.reads_points",
    "statements.statement": "programme.reads_points",
    "statements.statement_pdf": "programme.reads_points",
    "windows.window": "programme.reads_points",
}
