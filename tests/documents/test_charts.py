"""Charts: one code for pages and paper, every text escaped, every figure said in a sentence too."""

import base64
import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import assets
from portal.documents.charts import bars, columns, sums
from portal.documents.charts.bars import Place, Voices
from portal.documents.charts.columns import Month
from portal.documents.charts.kit import ON_PAGE, ON_PAPER, cut
from portal.documents.charts.ladder import NARROW, Rung, ladder

POINTS_OF_A_LINE = 166 / 25.4 * 72
"""The width of the text on paper: A4 less two margins of 22 mm."""
LEAST_POINTS = 7

EVIL = '<script>alert(1)</script> & "co"'
VOICES = Voices(EVIL, 3, 3, 6, "+25", "−21 to +61", "Seaside: +25")


def pictures(ink):
    return {
        "voices": bars.voices([VOICES], legend=("against", "between", "for"), ink=ink),
        "places": bars.places(
            [Place(EVIL, 63, "22 months", "Length: 63")], scale=("0", "50", "100"), ink=ink
        ),
        "nobody": bars.places([Place("Length", None, "0", "Length: –")], scale=("0", "50", "100"), ink=ink),
        "months": columns.months(
            [Month("01/26", 35, "35"), Month("02/26", 0, "0")], unit=EVIL, said="35", ink=ink
        ),
        "no month": columns.months([], unit="nights", said="nothing", ink=ink),
        "stacks": sums.stacks(
            [sums.Stack(EVIL, 1, 2, "3", "3", is_marked=True)], legend=(EVIL, "b"), ink=ink
        ),
        "gains": sums.gains([sums.Gain(EVIL, -1, "-1", "-1")], ink=ink),
        "ladder": ladder([Rung(EVIL, True, True), Rung("Next", False, False)], ink=ink),
    }


@pytest.mark.parametrize("kind", sorted(pictures(ON_PAGE)))
class TestEveryChart:
    def test_is_well_formed_titled_and_runs_nothing(self, kind):
        for ink in (ON_PAGE, ON_PAPER):
            picture = pictures(ink)[kind]
            parsed = html5lib.HTMLParser(strict=True).parseFragment(str(picture.inline))

            assert "<script" not in picture.svg
            assert "style=" not in picture.svg
            assert f"<title>{picture.said}" in picture.svg.replace("&lt;", "<").replace("&gt;", ">").replace(
                "&amp;", "&"
            ).replace("&#34;", '"')
            assert parsed is not None

    def test_is_coloured_by_the_page_and_in_hex_on_paper(self, kind):
        assert "#" not in pictures(ON_PAGE)[kind].svg.replace("&#34;", "")
        assert 'class="ch-' not in pictures(ON_PAPER)[kind].svg

    def test_is_an_image_of_the_same_drawing_on_paper(self, kind):
        picture = pictures(ON_PAPER)[kind]

        assert base64.b64decode(picture.uri.partition(",")[2]).decode() == picture.svg

    def test_can_be_read_on_paper(self, kind):
        drawn = pictures(ON_PAPER)[kind].svg
        sheet = (assets.STATIC / "css-pdf" / "document.css").read_text()
        small = int(re.search(r"\.chart\.small img \{ width: (\d+)%", sheet)[1])
        width = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
        share = small if width == NARROW else 100

        letters = min(int(size) for size in re.findall(r'font-size="(\d+)"', drawn))

        assert letters / width * POINTS_OF_A_LINE * share / 100 >= LEAST_POINTS

    def test_is_the_same_twice(self, kind):
        assert pictures(ON_PAPER)[kind] == pictures(ON_PAPER)[kind]


class TestVoices:
    def test_draw_each_share_as_wide_as_it_is_and_write_its_number_on_it(self):
        drawn = pictures(ON_PAPER)["voices"].svg
        whole = 640 - 170 - 120

        for number in (3, 6):
            assert f'width="{whole * number / 12:.1f}"' in drawn
            assert f">{number}</text>" in drawn


class TestMonths:
    def test_begin_at_nought_and_end_at_a_round_number(self):
        drawn = pictures(ON_PAPER)["months"].svg

        assert ">40</text>" in drawn
        assert ">0</text>" in drawn

    @pytest.mark.parametrize(
        ("tallest", "top"), [(1, 2), (5, 6), (9, 10), (11, 20), (25, 30), (50, 50), (51, 60), (607, 800)]
    )
    def test_waste_little_of_their_axis(self, tallest, top):
        drawn = columns.months([Month("01/26", tallest, "")], unit="", said="", ink=ON_PAPER).svg

        assert f">{top}</text>" in drawn
        assert f">{top // 2}</text>" in drawn

    def test_end_their_last_words_where_the_picture_ends(self):
        many = [Month(f"{n:02}/28", 900 if n == 23 else 40, f"{n},462") for n in range(25)]

        drawn = columns.months(many, unit="", said="", ink=ON_PAPER).svg

        last = [
            float(y)
            for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*"end"', drawn)
            if x == "640.0"
        ]
        assert len(last) == 2
        # The figure stands over the taller neighbour, not in it.
        assert min(last) < columns.TOP + columns.HEIGHT * 0.2

    @given(st.integers(1, 10**6))
    def test_fill_half_of_their_axis_at_least(self, tallest):
        drawn = columns.months([Month("01/26", tallest, "")], unit="", said="", ink=ON_PAPER).svg

        low, middle, top = (int(text) for text in re.findall(r">(\d+)</text>", drawn)[:3])
        assert (low, 2 * middle) == (0, top)
        assert tallest <= top <= 2 * tallest


class TestTheLadder:
    def test_climbs_from_the_foot_and_marks_the_rung_that_is_reached(self):
        rungs = [Rung("First", True, False), Rung("Second", True, True), Rung("Third", False, False)]

        drawn = ladder(rungs, ink=ON_PAPER)

        heights = [float(y) for y in re.findall(r'<text x="[^"]+" y="([^"]+)"', drawn.svg)]
        lengths = [float(width) for width in re.findall(r'<rect [^>]*width="([^"]+)"', drawn.svg)]
        assert heights == sorted(heights, reverse=True)
        assert lengths == sorted(lengths)
        assert drawn.said == "Second."
        assert drawn.svg.count("<circle") == 1


class TestPlaces:
    def test_leave_room_for_a_figure_in_words(self):
        drawn = bars.places(
            [Place("Length", 63, "50.6 nights a month", "")], scale=("", "", ""), ink=ON_PAPER
        )

        start = float(re.search(r'<text x="([^"]+)"[^>]*>50\.6 nights', drawn.svg)[1])
        assert start + 19 * 7 <= 640  # a bold letter of 12 units is at most seven wide, on average


def test_a_long_label_is_cut_where_the_table_has_it_whole():
    assert cut("Resort Hotel Algarve", 12) == "Resort Hote…"
    assert cut("Short", 12) == "Short"


class TestSums:
    ROWS = (
        sums.Stack("As it ran", 300, 100, "€4", "As it ran: €4", is_marked=True),
        sums.Stack("<b>", 0, 800, "€8", "b: €8"),
    )

    def test_stand_on_one_scale_with_the_marked_one_as_a_line(self):
        picture = sums.stacks(self.ROWS, legend=("Discounts", "Points"), ink=ON_PAGE)

        widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', picture.svg)]
        assert widths[2:] == [127.5, 42.5, 0.0, 340.0]
        assert picture.svg.count("stroke-dasharray") == 1
        assert "&lt;b&gt;" in picture.svg
        assert picture.said == "As it ran: €4; b: €8."

    def test_of_gains_go_right_and_of_losses_left_of_the_middle(self):
        rows = [sums.Gain("up", 50, "+50", "up: +50"), sums.Gain("down", -100, "-100", "down: -100")]

        svg = sums.gains(rows, ink=ON_PAGE).svg

        bars = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)
        assert bars == [("360.0", "85.0"), ("190.0", "170.0")]

    def test_of_nothing_are_drawn_all_the_same(self):
        assert sums.gains([], ink=ON_PAGE).svg
        assert sums.stacks([sums.Stack("a", 0, 0, "€0", "a")], legend=("x", "y"), ink=ON_PAGE).svg
