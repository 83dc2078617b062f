"""The canonical format: rows of a guest's bill, put together into stays."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.hotel.models import Category
from portal.stays import rules
from portal.stays.canonical.rules import ADAPTER, PERSONAL, assemble, cells_of, settled_on
from portal.stays.files.rules import fold_header
from portal.stays.models import StayStatus
from portal.stays.rules import Bill, LineTold, NumberedRow, PaymentTold, RowFault, StayTold
from portal.stays.vocabulary.rules import CATEGORIES, FIELDS, HEADERS, STATUSES

ROW = {
    "source": "opera",
    "property_code": "SEA",
    "reservation_id": "R-1",
    "status": "checked_out",
    "company_code": "N-17",
    "company_name": "Nordwind GmbH",
    "arrival": "2026-03-05",
    "departure": "2026-03-08",
    "checked_out_at": "2026-03-08T11:20:00Z",
    "currency": "EUR",
    "line_id": "1",
    "category": "rooms",
    "service_date": "2026-03-05",
    "quantity": "1",
    "net": "100.00",
    "vat_rate": "6",
}
ZONES = {"SEA": "Europe/Lisbon", "MSK": "Europe/Moscow"}


def told(**cells: str) -> StayTold:
    row = dict.fromkeys(FIELDS, "") | ROW | cells
    return ADAPTER.reader(list(row), zones=ZONES).read(list(row.values())).told


def fault(**cells: str) -> RowFault:
    with pytest.raises(RowFault) as caught:
        told(**cells)
    return caught.value


def numbered(*stays: StayTold) -> list[NumberedRow]:
    return [NumberedRow(number, stay) for number, stay in enumerate(stays, start=2)]


def put_together(*stays: StayTold, known: Bill = Bill()) -> StayTold:  # noqa: B008 -- an empty tuple of two
    return assemble(numbered(*stays), known=known)


def refused(*stays: StayTold, known: Bill = Bill()) -> RowFault:  # noqa: B008 -- an empty tuple of two
    with pytest.raises(RowFault) as caught:
        put_together(*stays, known=known)
    return caught.value


class TestHeaders:
    def test_every_header_of_both_languages_means_one_field(self):
        headers = [fold_header(header) for _, *others in HEADERS for header in others]

        assert len(headers) == len(set(headers))
        assert not set(headers) & set(FIELDS)

    def test_every_field_has_a_russian_header(self):
        assert [
            names[0] for names in HEADERS if not any("а" <= letter <= "я" for letter in names[1].lower())
        ] == []

    @pytest.mark.parametrize("words", [STATUSES, CATEGORIES], ids=["statuses", "categories"])
    def test_every_word_is_written_folded_and_means_one_thing(self, words: dict[str, tuple[str, ...]]):
        every = [word for several in words.values() for word in several]

        assert [fold_header(word) for word in every] == every
        assert len(every) == len(set(every))


class TestReadRow:
    def test_tells_of_a_stay_with_one_line(self):
        found = told()

        assert (found.source, found.company, found.nights) == ("opera", "N-17", 3)
        assert found.lines == (LineTold("1", "1", "rooms", "2026-03-05", "", 1, 10_000, 600, False, None),)

    def test_a_row_without_a_line_is_a_booking_that_nothing_was_posted_to(self):
        found = told(line_id="", net="", status="expected", checked_out_at="")

        assert (found.lines, found.payments, found.checked_out_on) == ((), (), None)

    @pytest.mark.parametrize(("zone", "day"), [("SEA", "2026-03-08"), ("MSK", "2026-03-09")])
    def test_check_out_falls_on_a_day_of_the_property(self, zone: str, day: str):
        assert told(property_code=zone, checked_out_at="2026-03-08T22:00:00Z").checked_out_on == day

    def test_without_a_time_of_check_out_the_departure_counts(self):
        assert told(checked_out_at="").checked_out_on == "2026-03-08"

    @pytest.mark.parametrize(
        ("cells", "net", "vat"),
        [
            ({"net": "100", "vat_rate": "20"}, 10_000, 2_000),
            ({"net": "100", "vat": "6", "vat_rate": ""}, 10_000, 600),
            ({"net": "100", "gross": "106", "vat_rate": ""}, 10_000, 600),
            ({"net": "", "gross": "106", "vat": "6", "vat_rate": ""}, 10_000, 600),
            ({"net": "", "gross": "120", "vat_rate": "20"}, 10_000, 2_000),
            ({"net": "", "gross": "0.10", "vat_rate": "20"}, 8, 2),
            ({"net": "-100", "vat_rate": "20"}, -10_000, -2_000),
            ({"net": "100", "vat_rate": ""}, 10_000, 0),
            ({"net": "100", "vat": "20", "gross": "120.01"}, 10_000, 2_000),
        ],
    )
    def test_net_and_vat_come_from_whatever_is_written(self, cells: dict[str, str], net: int, vat: int):
        (line,) = told(**cells).lines

        assert (line.net_cents, line.vat_cents) == (net, vat)

    def test_amounts_that_differ_by_two_cents_are_refused(self):
        assert fault(net="100", vat="20", gross="120.02").code == "amounts_disagree"

    def test_a_payment_is_no_line(self):
        found = told(is_payment="да", paid_at="10.03.2026", net="", gross="106", category="")

        assert (found.lines, found.payments) == ((), (PaymentTold("1", "1", "2026-03-10", 10_600),))

    def test_what_is_passed_on_at_cost_is_marked(self):
        (line,) = told(category="City tax").lines

        assert (line.category, line.is_third_party) == ("other_services", True)

    def test_a_company_without_a_code_is_known_by_its_tax_number_or_name(self):
        assert told(company_code="", company_tax_id="PT500100200").company == "tax:PT500100200"
        assert told(company_code="").company == "name:nordwind gmbh"
        assert told(company_code="", company_name="").company == ""

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("property_code", "", "missing"),
            ("reservation_id", " ", "missing"),
            ("currency", "", "missing"),
            ("line_id", "", "missing"),
            ("net", "", "missing"),
            ("category", "", "missing"),
            ("status", "", "missing"),
            ("status", "gone", "unknown_status"),
            ("category", "fun", "unknown_category"),
            ("arrival", "2026-02-30", "wrong_date"),
            ("checked_out_at", "noon", "wrong_date"),
            ("departure", "2026-03-04", "leaves_before_arriving"),
            ("checked_out_at", "2026-03-04", "leaves_before_arriving"),
            ("departure", "2029-03-04", "too_large"),
            ("adults", "-1", "negative"),
            ("adults", "1.5", "not_a_number"),
            ("quantity", "1.5", "not_a_number"),
            ("net", "1,000", "ambiguous_amount"),
            ("vat_rate", "abc", "not_a_percentage"),
            ("is_payment", "maybe", "not_yes_or_no"),
            ("company_name", "=cmd|' /C calc'!A0", "formula"),
            ("guest_name", "@SUM(1)", "formula"),
            ("trx_text", "+1", "formula"),
            ("company_name", "a" * 201, "too_long"),
            ("reservation_id", "a" * 65, "too_long"),
        ],
    )
    def test_names_the_field_of_a_fault(self, field: str, value: str, code: str):
        error = fault(**{field: value})

        assert (error.code, error.values["field"]) == (code, field)

    def test_nobody_is_named_in_what_is_kept(self):
        names = dict.fromkeys(PERSONAL, "Tamara Belova")

        assert "Tamara" not in rules.encode(told(**names))


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 .№-]{0,20}[A-Za-z0-9]", fullmatch=True)
NAMES = st.from_regex(r"[A-Za-zА-я][\w .,&'’-]{0,40}[A-Za-zА-я]", fullmatch=True)
CENTS = st.integers(-10_000_000, 10_000_000)


@st.composite
def rows_told(draw: st.DrawFn) -> StayTold:
    arrival = draw(DAYS)
    departure = arrival + timedelta(draw(st.integers(0, 30)))
    status = draw(st.sampled_from(StayStatus)).value
    line_id, folio_no, day = draw(CODES), draw(CODES), draw(DAYS).isoformat()
    is_third_party = draw(st.booleans())
    category = Category.OTHER_SERVICES if is_third_party else draw(st.sampled_from(Category))
    line = LineTold(
        line_id, folio_no, category.value, day, draw(NAMES), draw(st.integers(0, 9)), draw(CENTS),
        draw(CENTS), is_third_party, draw(st.none() | CODES),
    )  # fmt: skip
    payment = PaymentTold(line_id, folio_no, day, draw(CENTS))
    kind = draw(st.sampled_from(["line", "payment", "nothing"]))
    return StayTold(
        source=draw(CODES), property_code=draw(CODES), reservation=draw(CODES),
        company_code=draw(st.just("") | CODES),
        company_name=draw(st.just("") | NAMES), company_tax_id=draw(st.just("") | CODES), status=status,
        arrival=arrival.isoformat(), departure=departure.isoformat(), nights=(departure - arrival).days,
        adults=draw(st.integers(0, 9)), children=draw(st.integers(0, 9)), room_type=draw(CODES),
        room_no=draw(CODES),
        segment=draw(CODES), currency="EUR", membership_no="", rate_cents=None, room_revenue_cents=0,
        checked_out_on=departure.isoformat() if status == StayStatus.CHECKED_OUT else None, settled_on=None,
        lines=(line,) if kind == "line" else (), payments=(payment,) if kind == "payment" else (),
    )  # fmt: skip


class TestRoundTrip:
    @given(rows_told())
    def test_reads_again_what_it_writes(self, row: StayTold):
        cells = dict.fromkeys(FIELDS, "") | cells_of(row)

        assert ADAPTER.reader(list(cells), zones={}).read(list(cells.values())).told == row

    @given(rows_told())
    def test_keeps_everything_between_preview_and_acceptance(self, row: StayTold):
        assert rules.decode(rules.encode(row)) == row

    @given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30), max_size=6))
    def test_tells_of_a_stay_or_says_why_not_whatever_stands_there(self, cells: dict[str, str]):
        with suppress(RowFault):
            found = told(**cells)

            assert found.departure >= found.arrival


class TestAssemble:
    def test_sums_the_net_of_rooms_alone(self):
        found = put_together(
            told(),
            told(line_id="2", net="50"),
            told(line_id="3", category="food_and_drink", net="30"),
            told(line_id="4", category="third_party", net="7"),
        )

        assert found.room_revenue_cents == 15_000
        assert len(found.lines) == 4

    def test_the_order_of_rows_makes_no_difference(self):
        first, second = told(), told(line_id="2", category="food_and_drink")

        assert put_together(first, second) == put_together(second, first)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("status", "in_house"),
            ("departure", "2026-03-09"),
            ("arrival", "2026-03-04"),
            ("company_code", "N-18"),
        ],
    )
    def test_rows_of_one_stay_must_agree(self, field: str, value: str):
        error = refused(told(), told(line_id="2", **{field: value}))

        assert error.code == "rows_disagree"
        assert (error.values["row"], error.values["other"]) == (3, 2)

    def test_one_number_for_two_postings_is_refused(self):
        assert refused(told(), told(net="99")).code == "line_twice"

    def test_a_repeated_row_counts_once(self):
        assert put_together(told(), told()).room_revenue_cents == 10_000

    def test_adds_to_what_was_known_and_replaces_what_has_the_same_number(self):
        known = Bill(lines=(*told(net="90").lines, *told(line_id="2", net="50").lines))

        found = put_together(told(), known=known)

        assert [(line.line_id, line.net_cents) for line in found.lines] == [("1", 10_000), ("2", 5_000)]

    @pytest.mark.parametrize(("number", "is_taken"), [(1_000, True), (1_001, False)])
    def test_a_bill_has_a_limit(self, number: int, is_taken: bool):
        rows = [told(line_id=str(place)) for place in range(number)]

        if is_taken:
            assert len(put_together(*rows).lines) == number
        else:
            assert refused(*rows).code == "too_many_postings"


class TestReversal:
    def test_takes_a_line_back(self):
        found = put_together(told(), told(line_id="2", net="-100", reverses_line_id="1"))

        assert found.room_revenue_cents == 0

    def test_may_come_in_a_later_file(self):
        known = Bill(lines=told().lines)

        assert (
            put_together(told(line_id="2", net="-40", reverses_line_id="1"), known=known).room_revenue_cents
            == 6_000
        )

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"reverses_line_id": "9"}, "reverses_nothing"),
            ({"reverses_line_id": "1", "category": "food_and_drink"}, "reverses_nothing"),
            ({"reverses_line_id": "1", "net": "-100.01"}, "reverses_too_much"),
            ({"reverses_line_id": "1", "net": "100"}, "reverses_too_much"),
        ],
    )
    def test_takes_back_no_more_than_there_is(self, cells: dict[str, str], code: str):
        assert refused(told(), told(**{"line_id": "2", "net": "-100", **cells})).code == code

    def test_an_allowance_is_taken_back_once_too(self):
        allowance, *back = (
            told(line_id="1", net="-50"),
            *(told(line_id=number, net="50", reverses_line_id="1") for number in ("2", "3")),
        )

        assert put_together(allowance, back[0]).room_revenue_cents == 0
        assert refused(allowance, *back).code == "reverses_too_much"

    def test_takes_back_once(self):
        twice = [told(line_id=number, net="-100", reverses_line_id="1") for number in ("2", "3")]

        assert refused(told(), *twice).code == "reverses_too_much"


class TestSettledOn:
    LINE = told().lines[0]  # 106.00 with VAT

    @pytest.mark.parametrize(
        ("payments", "day"),
        [
            ([], None),
            ([("2026-03-08", 10_599)], None),
            ([("2026-03-08", 10_600)], "2026-03-08"),
            ([("2026-03-01", 10_600)], "2026-03-08"),
            ([("2026-04-01", 10_600)], "2026-04-01"),
            ([("2026-03-08", 5_000), ("2026-04-02", 5_600)], "2026-04-02"),
            ([("2026-04-02", 5_600), ("2026-03-08", 5_000)], "2026-04-02"),
            ([("2026-03-07", 10_600), ("2026-03-09", -600)], "2026-03-08"),
        ],
    )
    def test_is_the_later_of_checked_out_and_paid(self, payments: list[tuple[str, int]], day: str | None):
        paid = [PaymentTold(str(place), "1", on, cents) for place, (on, cents) in enumerate(payments)]

        assert settled_on("2026-03-08", [self.LINE], paid) == day

    def test_a_bill_of_nothing_is_settled_at_check_out(self):
        assert settled_on("2026-03-08", [], []) == "2026-03-08"

    def test_a_stay_that_has_not_ended_is_not_settled(self):
        assert settled_on(None, [], []) is None
