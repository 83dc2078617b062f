"""The score in words: what it is called, what it is made of, and what it is never used for."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.derivation import Derived
from portal.hotel.models import ServiceKind
from portal.staff.motivation.rules import Component, Part, Score, Standards, Word
from portal.web import why
from portal.web.formats import percent_bp

WORDS: dict[Word, LazyString] = {
    Word.NONE_YET: _l("No word yet"),
    Word.BUILDING: _l("Building"),
    Word.ON_STANDARD: _l("On standard"),
    Word.STRONG: _l("Strong"),
}
COMPONENTS: dict[Component, LazyString] = {
    Component.SERVICE_KEPT: _l("Service kept"),
    Component.CLIENT_VOICE: _l("Client voice"),
}
SERVICE_KINDS: dict[str, LazyString] = {
    ServiceKind.HALL: _l("halls"),
    ServiceKind.AV: _l("hall equipment"),
    ServiceKind.INTERPRETER: _l("interpreters"),
    ServiceKind.LAUNDRY: _l("laundry"),
    ServiceKind.TAXI: _l("taxis"),
}
STEPS: dict[str, LazyString] = {
    "motivation.no_promises": _l(
        "No promise came due yet, so service kept stands at %(made)s: as expected. The starting benchmark"
        " counts as %(strength)s promises."
    ),
    "motivation.service_kept": _l(
        "%(kept)s of %(promises)s promises kept, in full and at most a quarter of an hour late. Against the"
        " benchmark of the same work, which counts as %(strength)s promises: %(made)s, where 70 is as"
        " expected."
    ),
    "motivation.client_voice": _l(
        "%(ratings)s ratings by guests, newer ones weighing more and no company more than three; drawn to"
        " a starting mean of %(prior)s: %(made)s."
    ),
    "motivation.few_ratings": _l(
        "Ratings by guests that are left: %(ratings)s. Under 5 of 3 companies the total would tell what one"
        " guest said; until then client voice stands at the starting mean, %(made)s."
    ),
    "motivation.total": _l(
        "Service kept weighs %(service_bp)s and client voice %(voice_bp)s of all components; over those"
        " that this work has, that makes %(total)s, with 80 %% interval %(low)s to %(high)s."
    ),
}


def word(found: Score) -> str:
    return str(WORDS[found.word])


def interval(found: Score) -> str:
    return _("%(low)s to %(high)s", low=round(found.low), high=round(found.high))


def part(one: Part) -> tuple[str, str, str]:
    """A component: its name, its points with what they may be off by, and its evidence."""
    points = _("%(points)s ± %(half)s", points=round(one.points), half=round(one.half_width))
    return str(COMPONENTS[one.component]), points, evidence(one)


def evidence(one: Part) -> str:
    """How much it stands on."""
    if one.component is Component.SERVICE_KEPT:
        return _("promises in 180 days: %(number)s", number=one.events)
    if one.shows_detail:
        return _("ratings: %(number)s", number=one.events)
    if one.events:
        # Some of those that had entered were decided against, or wait undecided.
        return _("ratings left: %(number)s; under 5 of 3 companies they do not count", number=one.events)
    return _("no ratings yet; they enter at the end of a month, at least 5 of 3 companies at once")


def sentences(found: Derived[Score]) -> tuple[str, ...]:
    return why.explain(found.to_json()).sentences


def rules(held: Standards) -> list[tuple[str, str]]:
    """The rules page: a heading and a paragraph each."""
    return [
        (_("What it is for"), _(
            "It tells you how your work with clients goes, against the standard of your own shifts. It is"
            " never used for pay, rank, roster, contract or discipline, and nobody is sorted by it."
        )),
        *_components(held),
        (_("What is not in it yet"), _(
            "Growth, collaboration and initiative come with training and thanks. A score is made of the"
            " components that the work has, never of those that happen to have data."
        )),
        (_("Starting values"), _(
            "No period has been closed yet. Until then the benchmarks are starting values of the programme:"
            " %(benchmark)s of promises kept, and a mean of %(mean)s. Your own mix of work is that of the"
            " last %(days)s days, since no roster is kept yet; days of leave count as days.",
            benchmark=percent_bp(held.benchmark_bp), mean=held.prior_mean, days=held.horizon_days,
        )),
        (_("The words"), _(
            "Strong from %(strong)s, on standard from %(standard)s, building below. Once periods are closed,"
            " a word changes only when two of them in a row say so.",
            strong=held.strong_from, standard=held.standard_from,
        )),
        (_("If something is wrong"), _(
            "Open the number, and contest the event with a reason. A second person decides within ten"
            " working days; if nobody does, the event is left out until somebody has. Whoever looked at"
            " your page is listed in your profile."
        )),
    ]  # fmt: skip


def _components(held: Standards) -> list[tuple[str, str]]:
    kept, voice = (percent_bp(held.weights[one]) for one in Component)
    return [
        (_("Service kept (%(weight)s)", weight=kept), _(
            "A promise is kept when all of it was delivered, at most a quarter of an hour after the time"
            " promised; the time is the one recorded at the desk. Promises of a kind are compared with how"
            " often such promises are kept: %(kinds)s; of all others %(others)s. 70 is as expected for your"
            " own work.",
            kinds=_kinds(held), others=percent_bp(held.benchmark_bp),
        )),
        (_("Client voice (%(weight)s)", weight=voice), _(
            "What guests who were asked by the portal said of recommending us, of 100, where you served"
            " them. A rating halves in weight every %(half)s days; no company counts more than %(cap)s"
            " ratings. Ratings enter at the end of a month, at least %(least)s of %(companies)s companies at"
            " once, age together, and are shown by value alone, so that no guest is told by them.",
            half=held.half_life_days, cap=held.account_cap,
            least=held.detail_ratings, companies=held.detail_accounts,
        )),
    ]  # fmt: skip


def _kinds(held: Standards) -> str:
    """The benchmarks of single kinds of service, in words."""
    return ", ".join(
        f"{SERVICE_KINDS.get(kind, kind)} {percent_bp(bp)}" for kind, bp in sorted(held.benchmarks_bp.items())
    )
