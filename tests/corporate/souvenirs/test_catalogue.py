"""The house's catalogue of souvenirs: what may be offered, what the hotels have, and how it came to that."""

import io
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from portal.corporate.souvenirs import actions, queries, rules
from portal.corporate.souvenirs.models import SouvenirStock
from portal.corporate.souvenirs.queries import SouvenirFilter
from portal.database import db, transaction
from portal.documents import pictures
from portal.programme.redemption.rules import BelowRedemptionMinimum, NotInRedemptionSteps
from portal.programme.rules import default_rules
from tests.cast import NOW
from tests.corporate.reservations.conftest import entered, reserve, shelve  # noqa: F401 -- fixtures

FORM = {
    "name_en": "Tea", "name_ru": "Чай", "description_en": "Camomile.", "description_ru": "Ромашка.",
    "kind": "points", "points": "600", "drawing": "tea",
}  # fmt: skip


def photograph(size=(64, 48), form="JPEG", **more):
    target = io.BytesIO()
    Image.new("RGB", size, (21, 86, 63)).save(target, form, **more)
    return target.getvalue()


class TestAPrice:
    @pytest.mark.parametrize("points", [500, 600, 12_300])
    def test_is_one_that_can_be_redeemed(self, points):
        rules.check_price(points, rules=default_rules())

    @pytest.mark.parametrize(
        ("points", "refused"),
        [(499, BelowRedemptionMinimum), (400, BelowRedemptionMinimum), (550, NotInRedemptionSteps)],
    )
    def test_is_refused_where_it_cannot(self, points, refused):
        with pytest.raises(refused):
            rules.check_price(points, rules=default_rules())


class TestACount:
    @given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
    def test_leaves_what_was_counted_or_nothing_changes(self, counted, on_hand, reserved):
        try:
            change = rules.check_count(counted=counted, on_hand=on_hand, reserved=reserved)
        except rules.NothingCounted:
            assert counted == on_hand
        except rules.CountedBelowPromised:
            assert counted < reserved
        else:
            assert on_hand + change == counted >= reserved


class TestAPicture:
    def test_is_drawn_anew_upright_and_without_what_the_file_told(self):
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = 6, "taken at home"
        drawn = pictures.redraw(photograph((64, 48), exif=exif) + b"<script>")

        assert b"taken at home" not in drawn
        assert b"<script>" not in drawn
        with Image.open(io.BytesIO(drawn)) as seen:
            assert (seen.format, seen.size) == ("JPEG", (48, 64))

    def test_is_no_larger_than_a_page_shows_it(self):
        with Image.open(io.BytesIO(pictures.redraw(photograph((2_400, 600), "PNG")))) as seen:
            assert seen.size == (1_200, 300)

    @pytest.mark.parametrize(
        "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", photograph()[:90]]
    )
    def test_is_refused_where_it_is_no_photograph(self, content):
        with pytest.raises(pictures.Unreadable):
            pictures.redraw(content)

    def test_is_refused_before_it_is_unpacked_where_it_is_too_large(self, monkeypatch):
        monkeypatch.setattr(pictures, "MOST_PIXELS", 64 * 48 - 1)

        with pytest.raises(pictures.TooManyPixels):
            pictures.redraw(photograph())


class TestTheHouse:
    @pytest.fixture
    def lidia(self, cast, client_as):
        return client_as(cast.lidia)

    @pytest.fixture
    def tea(self, lidia):
        answer = lidia.submit(lidia.get("/souvenirs/new").page, "/souvenirs/new", **FORM)
        return answer.location

    def test_offers_what_is_named_in_both_languages_and_counted_in(self, cast, lidia, client_as):
        half = {**FORM, "name_ru": ""}
        at = lidia.submit(lidia.get("/souvenirs/new").page, "/souvenirs/new", **half).location
        lidia.submit(lidia.get(at).page, f"{at}/offer")
        assert "name and describe it in these languages, too: Russian" in lidia.get(at).page.text
        lidia.submit(lidia.get(at).page, f"{at}/description", name_ru="Чай")
        lidia.submit(lidia.get(at).page, f"{at}/offer")
        lidia.submit(lidia.get(at).page, f"{at}/count", hotel="SEA", happened="came_in", quantity="3")

        assert "Offered since" in lidia.get(at).page.text
        assert "Tea" in client_as(cast.bruno).get("/corporate/souvenirs").page.text
        assert "Tea" in lidia.get("/search?q=чай").page.text

    def test_keeps_the_form_where_a_price_cannot_be_redeemed(self, lidia):
        answer = lidia.submit(lidia.get("/souvenirs/new").page, "/souvenirs/new", **{**FORM, "points": "550"})

        assert answer.status_code == 422
        assert "steps of 100 points" in answer.page.text
        assert ("name_en", "Tea") in answer.page.form("/souvenirs/new").fields

    def test_counts_corrects_with_a_reason_and_tells_how_it_came_to_that(self, cast, lidia, tea):
        count = f"{tea}/count"
        lidia.submit(
            lidia.get(tea).page, count, hotel="SEA", happened="came_in", quantity="12", reason="Order 7"
        )
        refused = lidia.submit(lidia.get(tea).page, count, hotel="SEA", happened="counted", quantity="11")
        assert "Say why the count differs." in refused.page.text
        lidia.submit(
            lidia.get(tea).page, count, hotel="SEA", happened="counted", quantity="11", reason="One broke"
        )

        page = lidia.get(tea).page
        assert "Came in: Order 7" in page.text
        assert "Count corrected: One broke" in page.text
        assert "−1" in page.text
        assert "One broke" in lidia.get(f"{tea}/moves.csv").text

    def test_is_told_when_it_runs_low(self, cast, lidia, tea, client_as):
        lidia.submit(lidia.get(tea).page, f"{tea}/offer")
        lidia.submit(lidia.get(tea).page, f"{tea}/count", hotel="SEA", happened="came_in", quantity="4")
        assert "Running low" not in lidia.get("/inbox").page.text

        lidia.submit(lidia.get(tea).page, f"{tea}/warning", low_at="4")

        assert "Running low: Tea" in lidia.get("/inbox").page.text
        assert "4 left at Seaside" in client_as(cast.gleb).get("/inbox").page.text

    def test_lets_a_gm_count_at_their_own_hotel_and_no_more(self, cast, tea, client_as):
        gleb = client_as(cast.gleb)
        count = f"{tea}/count"

        answer = gleb.submit(gleb.get(tea).page, count, hotel="SEA", happened="came_in", quantity="2")

        assert answer.status_code == 302
        refused = gleb.submit(gleb.get(tea).page, count, hotel="TWN", happened="came_in", quantity="2")
        assert refused.status_code == 422
        assert gleb.post(f"{tea}/description").status_code == 403
        assert gleb.post(f"{tea}/offer").status_code == 403

    def test_shows_a_photograph_drawn_anew(self, lidia, tea, cast, client_as):
        picture = f"{tea}/picture"
        refused = lidia.post(
            picture, data={"file": (io.BytesIO(b"<svg/>"), "a.svg"), "csrf_token": lidia.csrf_token()}
        )
        assert refused.status_code == 422
        assert "Choose a JPEG or a PNG" in refused.page.text

        lidia.post(
            picture, data={"file": (io.BytesIO(photograph()), "a.jpg"), "csrf_token": lidia.csrf_token()}
        )

        found = next(
            node.get("src") for node in lidia.get(tea).page.all("img") if "/picture/" in node.get("src")
        )
        answer = client_as(cast.bruno).get(found)
        assert (answer.mimetype, "immutable" in answer.headers["Cache-Control"]) == ("image/jpeg", True)
        assert client_as(cast.bruno).get(f"{tea}/picture/0.jpg").status_code == 404

    def test_gives_one_souvenir_for_each_set(self, lidia):
        given = {**FORM, "kind": "arrival", "arrival_set": "set_s"}
        lidia.submit(lidia.get("/souvenirs/new").page, "/souvenirs/new", **given)

        answer = lidia.submit(lidia.get("/souvenirs/new").page, "/souvenirs/new", **given)

        assert "Another souvenir is given for this set" in answer.page.text

    def test_sets_how_long_things_wait(self, lidia):
        lidia.submit(
            lidia.get("/souvenirs/terms").page, "/souvenirs/terms", keep_days="3", again_days="5", most="2"
        )

        found = queries.terms()
        db.session.refresh(found)
        assert (found.keep_days, found.again_days, found.most) == (3, 5, 2)

    def test_counts_once_for_a_token_and_pages_by_price(self, cast, shelve):  # noqa: F811 -- the fixture
        cheap, dear = shelve(points=500), shelve(points=2_000)
        token = uuid.uuid4()
        for _twice in range(2):
            with transaction():
                actions.count_in(
                    token=token, souvenir=cheap, property_id=cast.townhouse.id, quantity=2, reason="",
                    by_id=None, at=NOW,
                )  # fmt: skip

        stock = db.session.scalars(
            select(SouvenirStock).where(SouvenirStock.property_id == cast.townhouse.id)
        ).one()
        assert stock.on_hand == 2
        first = queries.souvenirs(SouvenirFilter(), limit=1)
        second = queries.souvenirs(SouvenirFilter(), after=first.next_key, limit=1)
        assert [first.rows[0].id, second.rows[0].id, second.next_key] == [cheap.id, dear.id, None]
