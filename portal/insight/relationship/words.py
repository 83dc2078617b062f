"""A relationship in words: findings, stages, steps of the derivations, and the pictures."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.promises.rules import Promised
from portal.derivation import Derived
from portal.documents.charts import bars, columns
from portal.documents.charts.bars import Place
from portal.documents.charts.columns import Month
from portal.documents.charts.kit import Palette
from portal.documents.charts.ladder import Rung, ladder
from portal.insight.activity.rules import Criteria, Frequency, Silence, Stage, Wakefulness
from portal.insight.measures.rules import CENTI
from portal.insight.relationship.rules import ClientEdition, HotelEdition, Places
from portal.statistics.cells import LEAST_SHOWN, LEAST_WITH_INDEX, Cell
from portal.statistics.ranks import Rank
from portal.surveys.results import words as results
from portal.surveys.results.rules import Index
from portal.web import why
from portal.web.formats import cents, count, day, month, nights

STAGES: dict[Stage, LazyString] = {
    Stage.FIRST_CONTACT: _l("First contact"),
    Stage.SINGLE: _l("Single stay"),
    Stage.REPEAT: _l("Repeat"),
    Stage.REGULAR: _l("Regular"),
    Stage.ADVOCATE: _l("Advocate"),
}
STATES: dict[Wakefulness, LazyString] = {
    Wakefulness.AWAKE: _l("awake"),
    Wakefulness.ASLEEP: _l("asleep"),
    Wakefulness.GONE: _l("gone"),
}
STATE_TAGS = {Wakefulness.AWAKE: "ok", Wakefulness.ASLEEP: "warn", Wakefulness.GONE: "bad"}
CRITERIA: dict[str, LazyString] = {
    "recommends": _l("Recommends us (average of 9 or more, from answers of five people on)"),
    "bill_above": _l("Bill of a day above that of one-off clients (lower end of a bootstrap interval)"),
    "defends": _l("Defends us in public"),
    "uses_three": _l("Uses three kinds of service or more"),
    "good_review": _l("Leaves a good review"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {"relationship.report": _l("Report of a relationship ordered")}
STEPS: dict[str, LazyString] = {
    "length.none": _l("Nothing was bought yet."),
    "length.awake": _l(
        "From the first paid purchase on %(first_date)s to %(until_date)s, in whole months: %(months)s."
    ),
    "length.silent": _l(
        "From the first paid purchase on %(first_date)s to the last one on %(until_date)s, in whole months:"
        " %(months)s."
    ),
    "length.at_least": _l("The history that was imported begins on %(begins_date)s, so it may be longer."),
    "length.months": _l("Calendar months with a purchase: %(active)s; quarters in the longest run: %(run)s."),
    "breadth.kinds": _l(
        "%(kinds)s of %(offered)s kinds of service in twelve months (%(share_bp)s); purchases: %(purchases)s."
        " A kind counts from two purchases or 2 %% of the spend."
    ),
    "breadth.evenness": _l(
        "Evenness %(evenness_bp)s: 100 %% would be the same spend on each kind (entropy by its maximum)."
    ),
    "breadth.hotels": _l("Hotels used: %(hotels)s."),
    "depth.sums": _l("%(year_nights)s and %(spent_cents)s in twelve months; active ones: %(active)s."),
    "depth.bill": _l("%(month_cents)s an active month; the average bill is %(bill_cents)s."),
    "silence.own": _l(
        "Days since the last purchase: %(days)s; nine of ten of their own gaps are within %(gap)s:"
        " %(ratio_bp)s of that."
    ),
    "silence.peers": _l(
        "Days since the last purchase: %(days)s; with fewer than four of their own the usual gap of others"
        " counts, in days %(gap)s: %(ratio_bp)s of that."
    ),
    "silence.awake": _l("Up to 100 %% they count as awake."),
    "silence.asleep": _l("Over 100 %% they count as asleep, over 200 %% as gone."),
    "silence.gone": _l("Over 200 %% they count as gone."),
    "frequency.own_year": _l(
        "Days with a purchase in twelve months: %(days)s, in the year before: %(before)s. That is"
        " %(index_bp)s; exact interval of two Poisson counts %(low_bp)s to %(high_bp)s."
    ),
    "frequency.tier": _l(
        "Days with a purchase in twelve months: %(days)s. The usual (median) of the others of their tier who"
        " have been clients for a year is %(usual_centi)s: that is %(index_bp)s;"
        " exact Poisson interval %(low_bp)s to %(high_bp)s."
    ),
    "frequency.all": _l(
        "Days with a purchase in twelve months: %(days)s. The usual (median) of all others who have been"
        " clients for a year, as their tier has too few, is %(usual_centi)s: that is %(index_bp)s;"
        " exact Poisson interval %(low_bp)s to %(high_bp)s."
    ),
    "frequency.above": _l("Above the reference: the lower end is over 100 %%."),
    "frequency.below": _l("Below the reference: the upper end is under 100 %%."),
    "frequency.not_proven": _l("Not proven: the interval holds 100 %%."),
    "stage.first_contact": _l("Nothing was bought yet."),
    "stage.single": _l("Everything was bought on one day."),
    "stage.repeat": _l(
        "Bought on several days, in %(quarters)s of the last four quarters; regular takes three of them and"
        " a frequency of %(door_bp)s, here %(index_bp)s."
    ),
    "stage.repeat_quarters": _l(
        "Bought on several days, in %(quarters)s of the last four quarters; regular takes three of them."
    ),
    "stage.regular_unmeasured": _l(
        "Bought in %(quarters)s of the last four quarters, the door is three. There is nothing yet to compare"
        " the frequency with, which does not count against them. An advocate also needs three of the five"
        " signs and a referral that somebody checked; referrals are not noted yet."
    ),
    "stage.regular": _l(
        "Bought in %(quarters)s of the last four quarters, with a frequency of %(index_bp)s; the door is"
        " three quarters and %(door_bp)s. An advocate also needs three of the five signs and a referral that"
        " somebody checked; referrals are not noted yet."
    ),
    "stage.advocate": _l("Regular, with %(met)s of the five signs and a referral that somebody checked."),
}


def finding(told: ClientEdition) -> str:
    """The client's headline."""
    months = told.length.value.months
    if told.length.value.first is None:
        return _("Our first contact")
    if months < 1:
        return _("The first month together")
    if told.length.value.is_at_least:
        return at_least(months)
    return ngettext("%(num)s month together", "%(num)s months together", months)


def at_least(months: int) -> str:
    return ngettext("At least %(num)s month together", "At least %(num)s months together", months)


def house_finding(own: HotelEdition) -> str:
    """The hotel's headline: the stage, and whether they have fallen silent."""
    stage = str(STAGES[own.stage.value])
    if own.state is Wakefulness.AWAKE:
        return _("%(stage)s and awake", stage=stage)
    return _("%(stage)s, %(state)s", stage=stage, state=STATES[own.state])


def under_it(told: ClientEdition) -> str:
    """The sentence under the client's headline."""
    first = told.length.value.first
    if first is None:
        return _("As soon as somebody stays, this page fills.")
    return _(
        "Since %(first)s: %(nights)s and %(kinds)s of %(offered)s kinds of service in the last twelve"
        " months.",
        first=day(first),
        nights=nights(told.depth.value.nights),
        kinds=told.breadth.value.kinds,
        offered=told.breadth.value.offered,
    )


def explained(derived: Derived[Any] | None) -> tuple[str, ...]:
    """The steps of a figure in the reader's language; none where there is no figure."""
    return why.explain(derived.to_json()).sentences if derived is not None else ()


def length_said(told: ClientEdition) -> str:
    months = told.length.value.months
    said = ngettext("%(num)s month", "%(num)s months", months)
    return f"≥ {said}" if told.length.value.is_at_least else said


def breadth_said(told: ClientEdition) -> str:
    return _("%(kinds)s of %(offered)s", kinds=told.breadth.value.kinds, offered=told.breadth.value.offered)


def depth_said(told: ClientEdition) -> str:
    return _("%(number)s a month", number=_decimal(told.depth.value.nights_centi))


def place_said(places: Places | None, rank: Rank | None) -> str:
    """How many of its peers a figure is above, and with how many it is level; and who they are."""
    if places is None or rank is None:
        return _("no peers yet")
    number = places.peers
    said = {
        "tier_and_size": ngettext(
            "%(num)s client of the same tier and size", "%(num)s clients of the same tier and size", number
        ),
        "tier": ngettext("%(num)s client of the same tier", "%(num)s clients of the same tier", number),
        "all": ngettext("%(num)s other client", "%(num)s other clients", number),
    }
    return rank_said(rank, said[places.group])


def rank_said(rank: Rank | None, peers: str = "") -> str:
    """The same in short, for a column whose head names the peers."""
    if rank is None:
        return _("no peers yet")
    below, level, peers = count(rank.below), count(rank.level), peers or count(rank.peers)
    if not rank.level:
        return _("higher than %(below)s of %(peers)s", below=below, peers=peers)
    if not rank.below:
        return _("level with %(level)s of %(peers)s", level=level, peers=peers)
    return _(
        "higher than %(below)s, level with %(level)s of %(peers)s", below=below, level=level, peers=peers
    )


def place_rows(told: ClientEdition) -> tuple[str, list[tuple[str, str, str]]]:
    """Length, breadth and depth as a table on paper: who the peers are, and the place among them."""
    places = told.places
    heads = {
        "tier_and_size": _("Among clients of the same tier and size"),
        "tier": _("Among clients of the same tier"),
        "all": _("Among all other clients"),
    }
    ranks = (places.length, places.breadth, places.depth) if places else (None, None, None)
    rows = [
        (name, figure, rank_said(rank))
        for (name, figure, _place, _why), rank in zip(measures(told), ranks, strict=True)
    ]
    return heads[places.group] if places else _("Among peers"), rows


def measures(told: ClientEdition) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Length, breadth and depth: name, figure, place among peers, derivation."""
    places = told.places
    at = (places.length, places.breadth, places.depth) if places else (None, None, None)
    return [
        (_("Length"), length_said(told), place_said(places, at[0]), explained(told.length)),
        (_("Breadth"), breadth_said(told), place_said(places, at[1]), explained(told.breadth)),
        (_("Depth, nights"), depth_said(told), place_said(places, at[2]), explained(told.depth)),
    ]


def spend_said(own: HotelEdition) -> tuple[str, str]:
    """The spend of an active month, and its place among peers: for the hotel alone."""
    told = own.shared
    said = _("%(sum)s a month", sum=cents(told.depth.value.month_cents))
    return said, place_said(told.places, own.spend_place)


def promised_said(promised: Promised) -> list[tuple[str, str]]:
    """What was promised and what became of it, for a list of facts."""
    return [
        (_("Services promised"), count(promised.lines)),
        (_("Delivered"), count(promised.delivered)),
        (_("In full and in time"), count(promised.kept)),
        (_("Bookings that the hotel cancelled"), count(promised.ended_by_hotel)),
    ]


def guests_note(index: Index) -> str:
    """Beside what a client's travellers said, for the client: here the limits are stricter."""
    if index.cell is Cell.HIDDEN:
        return _(
            "shown from %(need)s answers of %(people)s people on, of the last four quarters that have ended",
            need=LEAST_WITH_INDEX,
            people=LEAST_SHOWN,
        )
    return results.note(index)


def kept_share(promised: Promised) -> str:
    return results.percent(promised.kept / promised.lines) if promised.lines else "–"


def criteria_said(criteria: Criteria) -> list[tuple[str, str]]:
    """The five signs, each yes, no, or not known yet, which counts as neither."""
    words = {True: _("yes"), False: _("no"), None: _("not known yet")}
    return [(str(name), words[getattr(criteria, code)]) for code, name in CRITERIA.items()]


def frequency_said(found: Derived[Frequency] | None) -> str:
    if found is None:
        return _("no reference yet")
    value = found.value
    index, low, high = (_ratio(bp) for bp in (value.index_bp, value.low_bp, value.high_bp))
    return _("%(index)s [%(low)s; %(high)s]", index=index, low=low, high=high)


def silence_said(found: Derived[Silence] | None) -> str:
    return _ratio(found.value.ratio_bp) if found is not None else _("no rhythm to go by yet")


def pictures(told: ClientEdition, *, ink: Palette) -> dict[str, Any]:
    """The charts of either edition: the stage, the three bars, the nights by month."""
    return {"ladder": _ladder(told, ink), "bars": _bars(told, ink), "chart": _months(told, ink)}


def month_rows(told: ClientEdition) -> list[tuple[str, str]]:
    return [(month(first), count(number)) for first, number in told.months.items()]


def method(told: ClientEdition) -> list[str]:
    """How the figures came about."""
    return [
        _(
            "As of %(day)s: purchases are stays that were checked out and bookings that were delivered;"
            " twelve months are the year up to that day. All money is net of tax.",
            day=day(told.as_of),
        ),
        _(
            "Length is duration, breadth the kinds of service used, depth the nights of an active month"
            " (Bolton, Lemon and Verhoef 2004). Each is placed among the clients named beside it, equals"
            " counted as half; the three are never added up."
        ),
        _(
            "A promise is kept when all of it was delivered, at most 15 minutes after the time promised."
            " What guests said is shown to the client from 10 answers of 5 people on, of the last four"
            " quarters that have ended, and never word for word."
        ),
    ]


def house_method(told: ClientEdition) -> list[str]:
    """The same, and how the hotel's own figures came about."""
    return [
        *method(told),
        _(
            "Frequency and silence count days with a purchase, not purchases: rooms of one day do not come"
            " independently of each other. The reference is the client's own year before if they are known"
            " for two years, else the median of ten others or more of the tier, else of all. The interval"
            " takes such days as independent, and the median as exact."
        ),
    ]


def _ladder(told: ClientEdition, ink: Palette) -> Any:
    rungs = [Rung(str(name), stage <= told.stage, stage is told.stage) for stage, name in STAGES.items()]
    return ladder(rungs, ink=ink)


def _bars(told: ClientEdition, ink: Palette) -> Any:
    places = told.places
    at = [one.percentile for one in (places.length, places.breadth, places.depth)] if places else [None] * 3
    rows = [
        Place(name, at[number], figure, f"{name}: {figure}, {place}")
        for number, (name, figure, place, _why) in enumerate(measures(told))
    ]
    return bars.places(rows, scale=(_("lowest"), _("middle of the peers"), _("highest")), ink=ink)


def _months(told: ClientEdition, ink: Palette) -> Any:
    rows = [
        Month(f"{first.month:02}/{first.year % 100:02}", number, count(number))
        for first, number in told.months.items()
    ]
    total = sum(told.months.values())
    said = _("Nights by month, %(months)s months, %(nights)s in all.", months=len(rows), nights=nights(total))
    return columns.months(rows, unit=_("nights"), said=said, ink=ink)


def _ratio(basis_points: int) -> str:
    """A ratio to two places: 1.50."""
    whole, rest = divmod((basis_points + CENTI // 2) // CENTI, CENTI)
    return _("%(whole)s.%(rest)s", whole=whole, rest=f"{rest:02}")


def _decimal(centi: int) -> str:
    whole, rest = divmod(round(centi / 10), 10)
    return _("%(whole)s.%(rest)s nights", whole=whole, rest=rest)


def stage_name(number: int) -> str:
    """A stage by its stored number."""
    return str(STAGES[Stage(number)])
