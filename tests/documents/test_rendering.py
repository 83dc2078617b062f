"""Documents on paper: what they hold, and what their maker is kept from."""

import re
import sys
import zlib
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import text

from portal.database import db
from portal.documents import qr, rendering
from portal.documents.rendering import DocumentRefused, Limits

SHEET = """
{% extends "documents/base.html" %}
{% block title %}{{ _("Letter") }} {{ number }}{% endblock %}
{% block content %}
<h1>{{ _("Letter") }}</h1><p>{{ said }}</p><img alt="mark" src="asset:mark.svg">
{% endblock %}
"""
CARD = """
{% extends "documents/card.html" %}
{% block title %}Card{% endblock %}
{% block digits %}7043 1187{% endblock %}
{% block qr %}<img alt="The card number as a code" src="{{ code }}">{% endblock %}
"""


def page(body):
    return f"<!doctype html><html lang=en><head><title>A page</title></head><body>{body}</body></html>"


def insides(pdf):
    """All that the file holds, unpacked."""
    found = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            found.append(match[1])
    return b"\n".join(found)


def open_files():
    return {path.name for path in Path("/dev/fd").iterdir()}


def children():
    """The processes that this one has not seen the end of, where the system tells."""
    lists = Path("/proc/self/task").glob("*/children")
    return {process for path in lists for process in path.read_text().split()}


@pytest.fixture
def press(app):
    """Print one of the test's own templates."""
    kept = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"sheet.html": SHEET, "card.html": CARD}), kept])
    yield rendering.pdf
    app.jinja_env.loader = kept


@pytest.fixture(params=["forked", "spawned"])
def make(request, monkeypatch):
    """Print HTML, in both ways there are to get a process for it."""
    monkeypatch.setattr(rendering, "CAN_FORK", request.param == "forked")
    return rendering.from_html


@pytest.mark.engines("sqlite")
class TestADocument:
    def test_is_tagged_titled_and_in_its_readers_language(self, press):
        inside = insides(press("sheet.html", {"number": 7, "said": "Ужин"}, "ru"))

        assert b"pdfuaid:part" in inside
        assert b"/Lang (ru)" in inside
        assert '<rdf:li xml:lang="x-default">Письмо 7</rdf:li>'.encode() in inside
        assert b"/MarkInfo" in inside
        assert b"/H1" in inside

    def test_brings_its_fonts(self, press):
        inside = insides(press("sheet.html", {"number": 7, "said": "Ужин"}, "en"))

        assert set(re.findall(rb"/FontName /\w+\+([\w-]+)", inside)) == {b"Onest", b"Spectral-Medium"}

    def test_is_the_same_file_for_the_same_values(self, press):
        values = {"number": 7, "said": "Dinner"}

        assert press("sheet.html", values, "en") == press("sheet.html", values, "en")

    def test_is_a4_unless_it_is_a_card(self, press):
        sheet = press("sheet.html", {"number": 7, "said": "Dinner"}, "en")
        card = press("card.html", {"code": qr.data_uri("70431187")}, "en")

        sizes = [re.findall(rb"/MediaBox \[([^\]]*)\]", insides(each)) for each in (sheet, card)]
        points = [[round(float(n)) for n in boxes[0].split()] for boxes in sizes]
        assert points == [[0, 0, 595, 842], [0, 0, 243, 153]]
        assert [len(boxes) for boxes in sizes] == [1, 1]

    def test_escapes_what_people_typed(self, press):
        press("sheet.html", {"number": 7, "said": "<img alt=x src='file:///etc/hostname'>"}, "en")


class TestThePress:
    def test_prints_the_same_bytes_in_another_process(self):
        html = page("<h1>Dinner</h1><p>Ужин")

        assert rendering._fork(html, Limits()) == rendering._spawn(html, Limits())

    @pytest.mark.parametrize(
        "body",
        [
            "<img alt=x src='file:///etc/hostname'>",
            "<img alt=x src='http://127.0.0.1:9/x.png'>",
            "<img alt=x src='asset:no-such-asset'>",
            "<img alt=x src='relative.png'>",
            "<link rel=stylesheet href='file:///etc/hostname'>",
            "<p style='background: url(ftp://127.0.0.1/x)'>x",
            "<link rel=attachment href='file:///etc/hostname'>",
        ],
    )
    def test_fetches_nothing_but_our_own_assets(self, body):
        with pytest.raises(DocumentRefused):
            rendering.from_html(page(body))

    def test_takes_what_stands_in_the_page_itself(self):
        body = f"<img alt=code src=\"{qr.data_uri('1')}\"><img alt=mark src='asset:mark.svg'>"

        assert rendering.from_html(page(body)).startswith(b"%PDF-")

    def test_stops_at_its_seconds_of_work(self, make):
        endless = "<div style='display:flex'>" * 60 + "x"

        with pytest.raises(DocumentRefused):
            make(page(endless), limits=Limits(processor_s=1))

    def test_stops_when_its_time_is_up(self, make):
        endless = "<div style='display:flex'>" * 60 + "x"

        with pytest.raises(DocumentRefused):
            make(page(endless), limits=Limits(wall_s=1))

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
    def test_stops_at_its_memory(self, make):
        # A forked process begins with what was freed before it: the long page needs far more than that.
        short, long = page("<p>x</p>" * 500), page("<p>x</p>" * 30_000)

        assert make(short, limits=Limits(memory_mib=300)).startswith(b"%PDF-")
        with pytest.raises(DocumentRefused):
            make(long, limits=Limits(memory_mib=1))

    def test_refuses_more_html_than_a_person_reads(self, make):
        with pytest.raises(DocumentRefused):
            make("x" * 11, limits=Limits(html_characters=10))

    def test_refuses_a_file_that_nobody_can_mail(self, make):
        with pytest.raises(DocumentRefused):
            make(page("<p>x"), limits=Limits(pdf_bytes=1000))

    def test_leaves_nothing_behind(self, make):
        before = open_files(), children()

        for body in ("<p>x", "<img alt=x src='file:///etc/hostname'>"):
            try:
                make(page(body))
            except DocumentRefused:
                continue

        assert (open_files(), children()) == before


def test_printing_leaves_the_database_connection_alone(app):
    connection = db.session.connection()

    for _ in range(3):
        rendering.from_html(page("<p>x"))

    assert connection.execute(text("SELECT 1")).scalar() == 1
