"""Templates carry neither style nor script: the content security policy would drop it in silence."""

import re

import pytest

from tests.architecture.source import Source, nothing_in, templates

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a script": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*[\"']application/json)", re.IGNORECASE
    ),
    "an event handler": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "a script for an address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
    "a switched-off escape": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+false"),
}
# Mail programs read no style sheets and run under no policy of ours.
LETTERS = "templates/letters/"


def inline_parts(files):
    return [
        f"{source.path}:{source.text.count(chr(10), 0, match.start()) + 1} has {what}"
        for source in files
        if not source.path.startswith(LETTERS)
        for what, pattern in INLINE.items()
        for match in pattern.finditer(source.text)
    ]


class TestTemplates:
    def test_have_neither_style_nor_script_in_them(self):
        nothing_in(inline_parts(templates()))


class TestTheGuardBites:
    @pytest.mark.parametrize(
        "text",
        [
            '<p style="color: red">',
            "<style>p { color: red }</style>",
            "<script>alert(1)</script>",
            '<button onclick="go()">',
            '<div hx-on:click="go()">',
            '<a href="javascript:go()">',
            "{{ name|safe }}",
        ],
    )
    def test_at_what_is_inline(self, text):
        assert len(inline_parts([Source("templates/stays/page.html", text)])) == 1

    @pytest.mark.parametrize(
        "text",
        [
            '<script src="/static/portal.js" defer></script>',
            '<script type="application/json" id="data">{}</script>',
            '<p class="lead" data-style="calm">',
            "<p>A question of style = taste</p>",
        ],
    )
    def test_but_not_at_what_the_policy_lets_through(self, text):
        assert inline_parts([Source("templates/stays/page.html", text)]) == []

    def test_but_not_at_letters(self):
        assert inline_parts([Source("templates/letters/offer.html", '<p style="margin: 0">')]) == []
