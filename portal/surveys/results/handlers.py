"""The survey's report, printed by the worker."""

from datetime import date

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from portal.clock import local_date
from portal.database import end_reads
from portal.documents import rendering
from portal.documents.charts.kit import ON_PAPER
from portal.hotel import queries as hotel
from portal.jobs.papers.handlers import printer
from portal.jobs.papers.rules import Made
from portal.jobs.work import Handler, JobContext
from portal.surveys.results import queries, rules, words
from portal.surveys.results.queries import Reach
from portal.surveys.results.rules import Period
from portal.web.texts import in_language


def report(*, reach: Reach, period: Period, today: date, locale: str) -> bytes:
    """The report as PDF; the same answers give the same bytes."""
    found = queries.counted(reach, period, today=today, zone=hotel.house_zone())
    houses = hotel.properties()
    end_reads()
    with force_locale(locale):
        names = {house.id: in_language(house.name, locale) for house in houses}
        hotels = {names[one]: index for one, index in sorted(found.by_hotel.items())}
        values = {
            "found": found,
            "words": words,
            "hotels": hotels,
            "tiers": words.tiers(found.by_tier),
            "again": [(score, (found.come_again or {}).get(score, 0)) for score in (5, 4, 3, 2, 1)],
            "picture": words.voices(hotels, ink=ON_PAPER),
        }
        return rendering.pdf("documents/surveys/results.html", values, locale)


def _print(context: JobContext) -> Made:
    told = context.payload
    reach = Reach(told["is_whole"], tuple(told["property_ids"]), tuple(told["account_ids"]))
    today = local_date(context.at, hotel.house_zone())
    chosen = {one.code: one for one in rules.periods(today)}
    period = chosen.get(told["period"], rules.last_year(today))
    content = report(reach=reach, period=period, today=today, locale=told["locale"])
    return Made(f"survey-{period.code.lower()}-{told['locale']}.pdf", content)


HANDLERS: dict[str, Handler] = {rules.REPORT_JOB: printer(title=_l("Report of the survey"), make=_print)}
