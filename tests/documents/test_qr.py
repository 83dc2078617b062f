"""Codes for scanners and telephones."""

import pytest

from portal.documents import qr


class TestDigitsPayload:
    @pytest.mark.parametrize("printed", ["70431187", "7043 1187", "7043\u00a01187", " 7043 1187 "])
    def test_takes_a_number_as_printed(self, printed):
        assert qr.digits_payload(printed) == "70431187"

    @pytest.mark.parametrize("printed", ["", "M7", "7043-1187", "٧٠٤٣", "7²"])
    def test_refuses_what_another_keyboard_would_change(self, printed):
        with pytest.raises(qr.NotDigits):
            qr.digits_payload(printed)


class TestSvg:
    def test_says_what_it_is_for(self):
        drawn = qr.svg("70431187", title="Card <7043 1187>")

        assert drawn.startswith('<svg role="img"')
        assert "<title>Card &lt;7043 1187&gt;</title>" in drawn

    def test_is_the_same_picture_for_the_same_number(self):
        assert qr.svg("70431187", title="a") == qr.svg("70431187", title="a")
        assert qr.data_uri("70431187") != qr.data_uri("70431178")

    def test_writes_digits_as_digits(self):
        assert qr._code("70431187").mode == "numeric"
        assert qr._code("70431187").error == "M"

    def test_needs_no_inline_style(self):
        assert "style" not in qr.svg("70431187", title="a")
