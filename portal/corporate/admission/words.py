"""What is said of the rules of admission."""

from collections.abc import Callable

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.admission import rules
from portal.corporate.admission.models import AdmissionRules
from portal.corporate.admission.rules import Check, Question
from portal.programme.rules import Refusal
from portal.web import formats, why
from portal.web.folding import fold

NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
COUNTRIES = tuple(
    sorted(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == len("PT") and code.isalpha() and code not in NO_COUNTRIES
    )
)
QUESTIONS: dict[Question, LazyString] = {
    Question.LEGAL_ENTITY: _l("Legal entity"),
    Question.NIGHTS: _l("Nights a year"),
    Question.COUNTRY: _l("Country"),
    Question.TAX_NUMBER: _l("Tax number"),
    Question.ADDRESS: _l("Work address"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.MailServiceAddress: _l(
        "%(domain)s gives addresses to everybody, so it does not show for whom you work. Use the address "
        "that your company gave you."
    ),
    rules.NotALegalEntity: _l(
        "The programme is for registered companies and other legal entities. Tick the box if yours is one."
    ),
    rules.RulesChangedMeanwhile: _l(
        "Somebody published other rules since you opened this page. Open it anew and look at them first."
    ),
    rules.NotADomain: _l("“%(domain)s” is no domain. Write one a line, like gmail.com."),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"admission_rules": _l("Rules of admission")}
AUDIT_ACTIONS: dict[str, LazyString] = {"admission.publish": _l("Rules of admission published")}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)


def country_name(code: str) -> str:
    """A country in the reader's language."""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale is not None else code


def countries() -> list[tuple[str, str]]:
    """The countries of the world, by name in the reader's language."""
    named = [(code, country_name(code)) for code in COUNTRIES]
    return sorted(named, key=lambda pair: fold(pair[1]))


def found(check: Check) -> str:
    """What was found, in a sentence."""
    return FINDINGS[check.question](check)


def expectations(version: AdmissionRules) -> list[str]:
    """What a version expects, sentence by sentence, for whoever wants to apply."""
    said = [_("Your company is a registered legal entity.")] if version.needs_legal_entity else []
    if version.min_nights:
        nights = formats.nights(version.min_nights)
        said.append(_("You expect %(nights)s a year or more at our hotels.", nights=nights))
    if version.countries:
        names = ", ".join(sorted(country_name(code) for code in version.countries))
        said.append(_("It is registered in one of these countries: %(countries)s.", countries=names))
    said.append(_("You have an address at your company's own domain."))
    return said


def _legal_entity(check: Check) -> str:
    return _("The company says that it is one.") if check.is_met else _("The company is none.")


def _nights(check: Check) -> str:
    expected, wanted = check.values["expected"], check.values["wanted"]
    told = {"expected": formats.nights(expected), "wanted": formats.count(wanted)}
    if check.is_met:
        return _("%(expected)s expected; the rules want %(wanted)s or more.", **told)
    return _("Only %(expected)s expected; the rules want %(wanted)s or more.", **told)


def _country(check: Check) -> str:
    name = country_name(check.values["code"])
    if check.is_met:
        return _("%(country)s is admitted.", country=name)
    return _("%(country)s is not among the countries that are admitted.", country=name)


def _tax_number(check: Check) -> str:
    if check.is_met:
        return _("%(number)s is a valid number by the rules of its country (%(rule)s).", **check.values)
    number = check.values["number"]
    return _(
        "%(number)s stands as it was typed: nobody can check the numbers of this country.", number=number
    )


def _address(check: Check) -> str:
    if check.is_met:
        return _("A letter to %(domain)s was answered; it is no mail service.", **check.values)
    return _("%(domain)s is a mail service by now.", **check.values)


FINDINGS: dict[Question, Callable[[Check], str]] = {
    Question.LEGAL_ENTITY: _legal_entity,
    Question.NIGHTS: _nights,
    Question.COUNTRY: _country,
    Question.TAX_NUMBER: _tax_number,
    Question.ADDRESS: _address,
}
