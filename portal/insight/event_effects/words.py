"""What went with an event, in words that promise no more than the figures hold."""

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.insight.event_effects import rules
from portal.insight.event_effects.queries import Effect
from portal.insight.event_effects.rules import Comparison
from portal.web.formats import day, hundredths


def finding(found: Effect) -> str:
    """The headline: what can be told, or that nothing can."""
    if found.window is None:
        return _("It is too early to tell")
    estimate = found.uninvited.estimate if found.uninvited else None
    if estimate is None:
        return _("There is not enough to compare")
    if estimate.interval.low > 0:
        return _("Who came stayed %(nights)s nights more than the like", nights=number(estimate.value))
    if estimate.interval.high < 0:
        return _("Who came stayed %(nights)s nights less than the like", nights=number(-estimate.value))
    return _("No difference that could be told from chance")


def under_it(found: Effect) -> str:
    """How many were invited and came, and what that means for the figures."""
    said = ngettext("%(num)s company was invited", "%(num)s companies were invited", found.invited)
    came = ngettext("%(num)s came", "%(num)s came", found.came)
    if found.window is None:
        later = _("From %(day)s on 90 days before and after can be compared.", day=day(found.told_from))
        return f"{said}, {came}. {later}"
    return f"{said}, {came}."


def said(comparison: Comparison) -> str:
    """One comparison in a sentence: the difference with its interval, or what is missing for one."""
    if comparison.estimate is None:
        return _(
            "Not enough data: there are %(have)s pairs, and it takes %(need)s.",
            have=comparison.have, need=rules.LEAST_PAIRS,
        )  # fmt: skip
    interval = comparison.estimate.interval
    return _(
        "%(value)s nights a company (95 %% interval %(low)s to %(high)s), by %(pairs)s pairs.",
        value=signed(comparison.estimate.value), low=signed(interval.low), high=signed(interval.high),
        pairs=comparison.have,
    )  # fmt: skip


def rows(comparison: Comparison, *, came: str, others: str) -> list[tuple[str, str, str, str]]:
    """Nights a company before and after, of both sides of the pairs."""
    one, two, three, four = comparison.means
    return [
        (came, number(one), number(two), signed(two - one)),
        (others, number(three), number(four), signed(four - three)),
    ]


def method(window: int) -> list[str]:
    """How it was counted."""
    return [
        _(
            "Each company that came is paired with the one most like it: of the same tier on the day of the "
            "event, and nearest in nights and room spend of the twelve months before and in nights of the "
            "compared days before, at most half a standard deviation away. Each of the others is used once."
        ),
        _(
            "What is compared is the change: nights of the %(days)s days after the event less those of the "
            "%(days)s days before it, by the day of check-out. A stay over the day itself counts as neither.",
            days=window,
        ),
        _(
            "The interval is Student's, over the differences within the pairs; under %(need)s pairs none is "
            "given.",
            need=rules.LEAST_PAIRS,
        ),
        _(
            "Whoever comes has chosen to come. The figures say what went with the event, not that the event "
            "brought it about."
        ),
    ]


def number(value: float) -> str:
    return hundredths(round(value * 10) * 10)


def signed(value: float) -> str:
    rounded = round(value * 10) * 10
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{hundredths(abs(rounded))}"
