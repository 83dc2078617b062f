"""Results in words: figures with their signs, and what stands in place of a figure that is hidden."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.documents.charts import bars
from portal.documents.charts.bars import Voices
from portal.documents.charts.kit import Palette, Picture
from portal.programme.tiers import words as names
from portal.statistics.cells import LEAST_SHOWN, LEAST_WITH_INDEX, Cell
from portal.statistics.intervals import Interval
from portal.surveys.results.rules import YEAR, Index, Period, Results
from portal.web.formats import NO_BREAK, day

MINUS = "\N{MINUS SIGN}"
SIGHT_PAGES: dict[str, LazyString] = {"answers": _l("your answer to a survey, in the list of answers")}


def signed(value: float) -> str:
    """Points of an index: +43, 0, −12."""
    whole = round(value)
    return f"+{whole}" if whole > 0 else str(whole).replace("-", MINUS)


def span(interval: Interval) -> str:
    """An interval of points: from −3 to +51."""
    return _("%(low)s to %(high)s", low=signed(interval.low), high=signed(interval.high))


def percent(share: float) -> str:
    return _("%(number)s %%", number=round(100 * share)).replace(" ", NO_BREAK)


def period_name(period: Period) -> str:
    """A quarter by its name, the last four by their days."""
    if period.code == YEAR:
        return _("the last four quarters")
    year, quarter = period.code.split("-Q")
    return _("quarter %(quarter)s of %(year)s", quarter=quarter, year=year)


def finding(found: Results) -> str:
    """The headline: the index, or why there is none."""
    answers = found.index.answers
    if found.is_protecting:
        return _("Hidden, because it would tell what a few others answered")
    if found.index.cell is Cell.HIDDEN:
        return _("Too few answers to show: of fewer than %(need)s people", need=LEAST_SHOWN)
    if found.index.value is None:
        return ngettext(
            "%(num)s answer so far, too few for an index",
            "%(num)s answers so far, too few for an index",
            answers or 0,
        )
    return _("Recommendation index %(index)s", index=signed(found.index.value))


def under_it(found: Results) -> str:
    """The sentence under the headline: the interval and how many it stands on."""
    if found.is_protecting:
        return _(
            "What other figures leave without it are the answers of fewer than %(need)s people.",
            need=LEAST_SHOWN,
        )
    if found.index.interval is None:
        return _("An index is shown from %(need)s answers on.", need=LEAST_WITH_INDEX)
    return ngettext(
        "95 %% interval %(span)s, from %(num)s answer.",
        "95 %% interval %(span)s, from %(num)s answers.",
        found.index.answers or 0,
        span=span(found.index.interval),
    )


def figure(index: Index) -> str:
    """The figure of a part, or what stands in its place."""
    if index.cell is Cell.HIDDEN:
        return _("hidden")
    if index.value is None:
        return " ".join(str(score) for score in index.dots)
    return signed(index.value)


def note(index: Index) -> str:
    """What must be known beside it: interval, number, low base."""
    if index.cell is Cell.HIDDEN:
        return _("answers of fewer than %(need)s people, or others would be told by it", need=LEAST_SHOWN)
    if index.interval is None:
        return _("%(number)s answers, each as it is", number=index.answers)
    said = _("%(span)s, n = %(number)s", span=span(index.interval), number=index.answers)
    return _("%(said)s, low base", said=said) if index.cell is Cell.LOW_BASE else said


def rows(parts: Mapping[str, Index]) -> list[tuple[str, str, str]]:
    """A table of parts: name, figure, note."""
    return [(name, figure(index), note(index)) for name, index in parts.items()]


def voices(parts: Mapping[str, Index], *, ink: Palette) -> Picture | None:
    """The chart of those parts that have an index; none where none has."""
    shown = [
        Voices(
            label=name,
            detractors=index.detractors or 0,
            passives=index.passives or 0,
            promoters=index.promoters or 0,
            figure=signed(index.value),
            note=span(index.interval),
            said=_("%(name)s: %(index)s, %(note)s", name=name, index=signed(index.value), note=note(index)),
        )
        for name, index in parts.items()
        if index.value is not None and index.interval is not None
    ]
    legend = (_("0 to 6: would not"), _("7 and 8: between"), _("9 and 10: would recommend"))
    return bars.voices(shown, legend=legend, ink=ink) if shown else None


def tiers(by_tier: Mapping[str, Index]) -> dict[str, Index]:
    """Parts by the tiers' names, in the order of the tiers."""
    return {str(name): by_tier[code] for code, name in names.today().items() if code in by_tier}


def method(found: Results) -> list[str]:
    """How the figures came about, with every limit."""
    said = [
        _(
            "Counted are answers to letters of %(first)s to %(last)s, whenever they came. Guests are drawn"
            " by the portal after each fulfilled booking, and one of each party after a closed event, never"
            " by the person asked about, within the contact budget.",
            first=day(found.period.first),
            last=day(found.period.last),
        ),
        _(
            "The index is the share of 9 and 10 less the share of 0 to 6, in points (NPS-type). The interval"
            " is the adjusted Wald interval: it adds three answers, so its middle is not the index itself."
        ),
        _(
            "Answers of fewer than 5 people are hidden, and so is whatever would tell them by subtraction;"
            " therefore hotels and tiers stand for the last four quarters only. 5 to 9 answers stand as"
            " single scores, 10 to 29 are marked as a low base."
        ),
        _(
            "Colleagues of one company resemble each other. So the index by company counts each company once;"
            " its interval is Student's t, from 5 companies on."
        ),
    ]
    if found.worst is not None:
        said.append(
            _(
                "Most of those asked were silent. Were they all against, or all in favour, the index would"
                " be %(span)s.",
                span=span(found.worst),
            )
        )
    return said
