"""The page reader: every fault it knows, seen once, and a page at which it is silent."""

import pytest

from tests.web import reader
from tests.web.reader import Page, Unreadable, find_faults, read

GOOD = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Eleven nights to Gold – Rapport</title>
<link rel="stylesheet" href="/a.css"></head>
<body>
<p class="kicker">My company</p><h1>Eleven nights to Gold</h1>
<form method="post" action="/stays">
  <input type="hidden" name="csrf_token" value="t">
  <label for="nights">Nights</label> <input id="nights" name="nights" value="3">
  <label>Hotel <select name="hotel"><option value="1">Seaside</option>
  <option value="2" selected>Town</option></select></label>
  <textarea name="wishes" aria-label="Wishes">
None</textarea>
  <input type="checkbox" name="late" aria-label="Late" checked> <button>Save</button>
</form>
<form action="/search"><input name="q" aria-label="Search"><button>Find</button></form>
<a href="#nights">Nights</a> <img src="/a.svg" alt="">
<script src="/a.js" defer></script>
</body></html>"""


def faults_of(html, **how):
    return list(find_faults(Page(html), **how))


def changed(old, new, *, html=GOOD):
    assert old in html
    return html.replace(old, new)


class TestReader:
    def test_is_silent_at_a_good_page(self):
        assert faults_of(GOOD) == []

    @pytest.mark.parametrize(
        ("old", "new", "fault"),
        [
            ("<p class", "</div><p class", "invalid HTML"),
            ("<!doctype html>\n", "", "invalid HTML"),
            (' lang="en"', "", "names no language"),
            ("<title>Eleven nights", "<title>Twelve nights", "begins neither"),
            ("<h1>Eleven nights to Gold</h1>", "<h2>Eleven nights to Gold</h2>", "0 h1"),
            ("</h1>", "</h1><h1>Eleven</h1>", "2 h1"),
            ("</h1>", "</h1><h3>Why</h3>", "jumps from h1 to h3"),
            ("</h1>", "</h1><h2></h2>", "an empty h2"),
            ('<label for="nights">Nights</label>', "", "input nights has no label"),
            ('<label for="nights">Nights', '<label for="nights">', "input nights has no label"),
            (' aria-label="Wishes"', "", "textarea wishes has no label"),
            (">Find</button>", "></button>", "a button without a name"),
            (' alt=""', "", "an image without alt"),
            ('value="t"', 'value=""', "1 tokens instead of one"),
            ('<input type="hidden" name="csrf_token" value="t">', "", "0 tokens instead of one"),
            (
                '<input name="q"',
                '<input type="hidden" name="csrf_token" value="t"><input name="q"',
                "in the address",
            ),
            ("<button>Find</button>", "", "has no button"),
            ('<form action="/search">', '<form method="put" action="/search">', "the method 'put'"),
            ('name="late"', 'id="nights" name="late"', "occurs 2 times"),
            ('name="late"', 'aria-describedby="hint" name="late"', "points at nothing"),
            ('href="#nights"', 'href="#days"', "leads nowhere"),
            ("<h1>", '<h1 style="color:red">', "an inline style"),
            ("<h1>", "<style>a{}</style><h1>", "an inline style sheet"),
            ('<script src="/a.js" defer>', "<script>", "an inline script"),
            ("<h1>", '<h1 onclick="go()">', "an inline onclick"),
            ('href="#nights"', 'href="javascript:go()"', "a script for an address"),
            ('src="/a.svg"', 'src="https://elsewhere.example/a.svg"', "a foreign host"),
        ],
    )
    def test_names(self, old, new, fault):
        found = faults_of(changed(old, new))

        assert any(fault in line for line in found), found

    def test_lets_a_kicker_open_the_title(self):
        assert faults_of(changed("<title>Eleven nights to Gold", "<title>My company")) == []

    def test_wants_a_refused_form_to_say_so_in_the_title(self):
        refused = changed("<title>", "<title>Error: ")

        assert faults_of(refused, status=422) == []
        assert any("does not begin with 'Error:'" in line for line in faults_of(GOOD, status=422))

    def test_asks_no_title_and_no_doctype_of_a_fragment(self):
        assert faults_of("<p>Three nights</p>", is_fragment=True) == []
        assert faults_of('<p><input name="nights"></p>', is_fragment=True) == ["input nights has no label"]

    def test_says_all_at_once(self):
        html = changed(' alt=""', "", html=changed(' aria-label="Wishes"', ""))

        with pytest.raises(Unreadable, match=r"(?s)textarea wishes has no label.*an image without alt"):
            read(html)


class TestReaderInRussian:
    PAGE = (
        '<!doctype html><html lang="ru"><head><title>Вход</title></head><body><h1>Вход</h1>'
        "<p>{}</p></body></html>"
    )

    @pytest.fixture(autouse=True)
    def _catalogue(self, monkeypatch):
        monkeypatch.setattr(reader, "russian_catalogue", lambda: frozenset({"Sign in"}))

    @pytest.mark.parametrize(
        "text", ["Sign in", "Your card is not of this house", '<img src="/a" alt="Sign in">']
    )
    def test_names_what_is_not_translated(self, text):
        assert len(faults_of(self.PAGE.format(text))) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "Войти",
            "Acme Logistics and Sons",
            "Tamara Belova",
            '<span lang="en">Sign in</span>',
            "<bdi>Sign in</bdi>",
        ],
    )
    def test_lets_names_and_marked_words_pass(self, text):
        assert faults_of(self.PAGE.format(text)) == []


class TestForm:
    def test_is_filled_in_as_a_browser_would_send_it(self):
        form = Page(GOOD).form("/stays")

        data = form.filled({"nights": 4})

        assert data == {
            "csrf_token": ["t"],
            "nights": [4],
            "hotel": ["2"],
            "wishes": ["None"],
            "late": ["on"],
        }
