"""What is built, how it is found, and that nobody asks for what is not there."""

import gzip
import json
import logging
import math
import os
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from fontTools.ttLib import TTFont
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from portal import assets
from tests.web.guide import create_guide
from tests.web.reader import ROOT, read

KILOBYTE = 1024
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = [*(assets.STATIC / "css").glob("*.css"), *(assets.STATIC / "css-pdf").glob("*.css")]
PARTS_OF_A_NAME = re.compile(r"{[{%#].*?[}%#]}", re.DOTALL)


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, built once."""
    copy = tmp_path_factory.mktemp("static")
    shutil.copytree(assets.STATIC, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dist*"))
    assets.build(copy)
    return copy


@pytest.fixture
def guide() -> Flask:
    return create_guide()


def built(static: Path, name: str) -> bytes:
    names = json.loads((static / "dist" / "manifest.json").read_text())["files"]
    return (static / "dist" / names[name]).read_bytes()


class TestBuild:
    def test_gives_the_same_bytes_twice(self, static):
        before = {path.name: path.read_bytes() for path in (static / "dist").iterdir()}

        assets.build(static)

        assert {path.name: path.read_bytes() for path in (static / "dist").iterdir()} == before

    def test_leaves_no_file_that_the_manifest_does_not_name(self, static):
        names = json.loads((static / "dist" / "manifest.json").read_text())["files"]

        found = {path.name for path in (static / "dist").iterdir()}

        assert found == {*names.values(), "manifest.json"}
        assert not (static / "dist.new").exists()

    def test_keeps_what_a_page_loads_within_its_budget(self, static):
        fonts = [built(static, name) for name in ("onest.woff2", "spectral-500.woff2")]

        assert sum(map(len, fonts)) <= 80 * KILOBYTE
        assert len(gzip.compress(built(static, "portal.css"))) <= 10 * KILOBYTE
        assert len(gzip.compress(built(static, "portal.js"))) <= 6 * KILOBYTE
        assert len(gzip.compress(built(static, "icons.svg"))) <= 8 * KILOBYTE

    def test_points_the_sheet_at_fonts_that_exist(self, static):
        pointed_at = re.findall(r"url\(([^)]+woff2)\)", built(static, "portal.css").decode())

        assert len(pointed_at) == 2
        assert all((static / "dist" / name).exists() for name in pointed_at)

    def test_cuts_fonts_that_still_write_both_languages(self, static):
        wanted = {ord(letter) for letter in "Ёёжщ№Zürich«»€₽−×…%0 "}

        for name in ("onest", "spectral-500"):
            path = next((static / "dist").glob(f"{name}.*.woff2"))
            assert wanted <= set(TTFont(path).getBestCmap())

    def test_carries_the_licences_of_what_it_redistributes(self, static):
        notices = built(static, "notices.txt").decode()

        assert "The Onest Project Authors" in notices
        assert "The Spectral Project Authors" in notices
        assert "Lucide Contributors" in notices

    def test_names_an_icon_that_the_package_does_not_have(self, static, tmp_path):
        shutil.copytree(static, tmp_path, dirs_exist_ok=True)
        (tmp_path / "img" / "icons.txt").write_text("crown\nno-such-drawing  # why\n")

        with pytest.raises(assets.UnknownIcon, match="no-such-drawing"):
            assets.build(tmp_path)

        assert (tmp_path / "dist" / "manifest.json").exists(), (
            "a failed build must leave the last one standing"
        )

    def test_is_a_command(self, guide, monkeypatch):
        monkeypatch.setattr(assets, "build", lambda: {"portal.css": 33_000})

        result = guide.test_cli_runner().invoke(args=["assets", "build"])

        assert result.exit_code == 0
        assert "33,000 bytes" in result.output


class TestLookup:
    def test_names_the_command_when_nothing_was_built(self, guide, monkeypatch, tmp_path):
        monkeypatch.setattr(assets, "DIST", tmp_path)

        with guide.test_request_context(), pytest.raises(assets.AssetsNotBuilt, match="flask assets build"):
            assets.asset_url("portal.css")

    def test_names_the_command_for_an_asset_that_is_not_in_the_manifest(self, guide):
        with guide.test_request_context(), pytest.raises(assets.AssetsNotBuilt, match=r"nothing\.css"):
            assets.asset_url("nothing.css")

    def test_respects_the_place_where_the_portal_is_mounted(self, guide):
        with guide.test_request_context(environ_overrides={"SCRIPT_NAME": "/loyalty"}):
            assert assets.asset_url("portal.css").startswith("/loyalty/static/dist/portal.")

    def test_notices_a_build_beside_a_running_server(self, guide, monkeypatch, tmp_path):
        monkeypatch.setattr(assets, "DIST", tmp_path)
        (tmp_path / "manifest.json").write_text('{"files": {"a.css": "a.1.css"}, "icons": []}')
        with guide.test_request_context():
            before = assets.asset_url("a.css")
            (tmp_path / "manifest.json").write_text('{"files": {"a.css": "a.2.css"}, "icons": []}')
            os.utime(tmp_path / "manifest.json", ns=(1, 1))
            after = assets.asset_url("a.css")

        assert before.endswith("a.1.css")
        assert after.endswith("a.2.css")

    def test_refuses_an_icon_that_is_not_in_the_sprite(self, guide):
        with guide.test_request_context(), pytest.raises(assets.UnknownIcon, match=r"icons\.txt"):
            assets.icon("unicorn")

    def test_keeps_decoration_silent_and_says_a_label(self, guide):
        with guide.test_request_context():
            silent, spoken = assets.icon("crown"), assets.icon("crown", 'A "crown"')

        assert 'aria-hidden="true"' in silent
        assert 'aria-label="A &#34;crown&#34;"' in spoken

    def test_lets_the_browser_keep_what_was_built_and_nothing_else(self, guide):
        client = guide.test_client()
        with guide.test_request_context():
            address = assets.asset_url("portal.css")

        kept = client.get(address).headers["Cache-Control"]
        source = client.get("/static/css/00-tokens.css").headers["Cache-Control"]

        assert "immutable" in kept
        assert "max-age=31536000" in kept
        assert "immutable" not in source


class TestTemplates:
    def test_ask_only_for_icons_of_the_sprite(self):
        known = set(assets._icon_names(assets.STATIC))

        asked = {
            (name, path.relative_to(ROOT).as_posix())
            for path in TEMPLATES
            for name in re.findall(r"\bicon\('([a-z0-9-]+)'", path.read_text())
        }

        assert [one for one in sorted(asked) if one[0] not in known] == []

    def test_use_only_classes_that_a_sheet_knows(self):
        sheets = "\n".join(path.read_text() for path in STYLES)
        known = set(re.findall(r"\.([a-z][\w-]*)", sheets))

        used = {
            (name, path.relative_to(ROOT).as_posix())
            for path in TEMPLATES
            if "letters" not in path.parts
            for value in re.findall(r'class="([^"]*)"', path.read_text())
            for name in PARTS_OF_A_NAME.sub(" ", value).split()
        }

        assert [one for one in sorted(used) if one[0] not in known] == []


class TestPages:
    @pytest.mark.parametrize(
        "address", ["/guide", "/guide?failed=1&flash=1", "/desk", "/card", "/signin?who=stranger", "/job"]
    )
    def test_read_well(self, guide, address):
        response = guide.test_client().get(address)

        read(response.text, status=response.status_code)

    @pytest.mark.parametrize("locale", ["en", "ru"])
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 429, 500, 503])
    def test_of_errors_read_well(self, guide, status, locale):
        response = guide.test_client().get(f"/error/{status}?l={locale}")

        page = read(response.text, status=200)
        assert response.status_code == status
        assert len(page.text) > 100

    def test_show_the_reference_of_an_error_of_ours_only(self, guide):
        ours = read(guide.test_client().get("/error/500").text)
        theirs = read(guide.test_client().get("/error/404").text)

        assert ours.by_id("reference") is not None
        assert theirs.by_id("reference") is None

    def test_stay_small(self, guide):
        assert len(guide.test_client().get("/guide").data) <= 30 * KILOBYTE

    def test_load_at_most_eight_things(self, guide):
        page = read(guide.test_client().get("/guide").text)

        loaded = {node.get("src") or node.get("href") for node in page.all("link", "script")}

        # The page itself and the sprite beside what its head names.
        assert len(loaded) + 2 <= 8

    def test_offer_no_search_and_no_menu_to_a_stranger(self, guide):
        page = read(guide.test_client().get("/signin?who=stranger").text)

        assert page.by_id("find") is None
        assert page.with_class("menu") == []
        assert page.with_class("bar-nav") == []


class TestFields:
    def test_tie_an_error_to_its_control_and_to_the_summary(self, guide):
        page = read(guide.test_client().get("/signin?failed=1").text, status=422)

        control = page.by_id("guest")
        assert control.get("aria-invalid") == "true"
        assert control.get("aria-describedby") == "guest-error"
        assert "Say who you are." in "".join(page.by_id("guest-error").itertext())
        assert "#guest" in page.links

    def test_keep_hint_and_error_apart(self, guide):
        page = read(guide.test_client().get("/guide?failed=1").text, status=422)

        assert page.by_id("headcount").get("aria-describedby") == "headcount-hint headcount-error"

    def test_escape_what_people_write(self, guide):
        hostile = "<script>alert(1)</script>"
        source = (
            "{% import 'components/page.html' as parts %}{% import 'components/money.html' as money %}"
            "{% import 'components/forms.html' as forms %}"
            "{{ parts.toast(x) }}{{ parts.tag('ok', x) }}{{ parts.stat(x, x, x) }}{{ parts.facts([(x, x)]) }}"
            "{{ parts.empty('first', x, x, '/', x) }}{{ money.line(x, x, x) }}{{ forms.button(x) }}"
        )

        with guide.test_request_context():
            html = render_template_string(source, x=hostile)

        assert "<script" not in html
        assert html.count("&lt;script") >= 12


class TestPaper:
    def test_is_drawn_without_fetching_and_without_complaint(self, guide, caplog):
        fonts = FontConfiguration()
        with guide.test_request_context("/?l=ru"), caplog.at_level(logging.WARNING, "weasyprint"):
            html = render_template(
                "letter.html", locale="ru", group_name="Belvedere", qr_svg=Markup("<svg/>")
            )
            sheet = CSS(string=assets.asset_bytes("document.css").decode(), font_config=fonts)
            document = HTML(string=html, url_fetcher=refuse).render(stylesheets=[sheet], font_config=fonts)

        assert caplog.messages == []
        sizes_mm = [
            (round(page.width / 96 * 25.4), round(page.height / 96 * 25.4)) for page in document.pages
        ]
        assert sizes_mm[0] == (210, 297)
        assert sizes_mm[-4:] == [(86, 54)] * 4

    def test_is_written_in_the_faces_of_the_house(self, guide):
        fonts = FontConfiguration()
        sheet = CSS(string=assets.asset_bytes("document.css").decode(), font_config=fonts)

        pdf = HTML(string="<h1>Ёлка</h1><p>Ёж <b>€</b>").write_pdf(
            stylesheets=[sheet], font_config=fonts, uncompressed_pdf=True
        )

        assert {name for name in (b"Onest", b"Spectral") if name in pdf} == {b"Onest", b"Spectral"}
        assert b"DejaVu" not in pdf


def refuse(url: str, **_options: object) -> dict[str, object]:
    raise AssertionError(f"a document fetched {url[:60]}")


class TestTokens:
    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(
        ("ink", "paper"),
        [
            *[("--ink", ground) for ground in ("--paper", "--surface", "--raised", "--sunk")],
            *[("--ink-2", ground) for ground in ("--paper", "--surface", "--raised", "--sunk")],
            *[("--accent", ground) for ground in ("--paper", "--surface", "--raised", "--accent-soft")],
            *[("--brass", ground) for ground in ("--paper", "--surface", "--brass-soft")],
            *[(f"--{tone}", f"--{tone}-soft") for tone in ("ok", "warn", "bad")],
            *[("--ink", f"--{tone}-soft") for tone in ("ok", "warn", "bad")],
            ("--bad", "--raised"),
            ("--on-accent", "--accent"),
            ("--on-accent", "--accent-2"),
            ("--on-lacquer", "--lacquer"),
            ("--on-lacquer-2", "--lacquer"),
        ],
    )
    def test_can_be_read(self, ink, paper, theme):
        assert contrast(token(ink, theme), token(paper, theme)) >= 4.5

    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize("ground", ["--paper", "--surface", "--raised"])
    @pytest.mark.parametrize("edge", ["--line-strong", "--focus", "--accent"])
    def test_show_the_edges_of_controls(self, edge, ground, theme):
        assert contrast(token(edge, theme), token(ground, theme)) >= 3

    @pytest.mark.parametrize("tier", ["partner", "silver", "gold", "platinum", "own"])
    @pytest.mark.parametrize("ink", ["--on", "--on-2"])
    @pytest.mark.parametrize("ground", ["--from", "--to"])
    def test_can_be_read_on_every_metal(self, tier, ink, ground):
        sheet = (assets.STATIC / "css" / "50-loyalty.css").read_text()
        selector = "  .guest-card" if tier == "partner" else f"  .guest-card.{tier}"
        rule = re.search("^" + re.escape(selector) + r" \{(.*?)\}", sheet, re.DOTALL | re.MULTILINE)[1]

        assert contrast(colour_in(rule, ink), colour_in(rule, ground)) >= 4.5


def token(name: str, theme: int) -> tuple[float, float, float]:
    sheet = (assets.STATIC / "css" / "00-tokens.css").read_text()
    return colour_in(sheet, name, theme)


def colour_in(rule: str, name: str, theme: int = 0) -> tuple[float, float, float]:
    declaration = re.search(rf"{name}:([^;]+);", rule)[1]
    found = re.findall(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)", declaration)
    lightness, chroma, hue = map(float, found[min(theme, len(found) - 1)])
    return linear_rgb(lightness, chroma, hue)


def linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return tuple(min(1.0, max(0.0, part)) for part in (red, green, blue))


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """WCAG's ratio of two colours."""
    lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)
