"""Files as they are sent: packed, cut off, in other alphabets, or no tables at all."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.stays.files.rules import FileRefused, Record, Rows, survey

COLUMNS = {"name": "name", "имя": "name", "city": "city", "note": "note"}


def read(content: bytes, *, required: tuple[str, ...] = ("name",)) -> list[Record]:
    file = io.BytesIO(content)
    return list(Rows(file, survey(file), columns=COLUMNS, required=required))


def refusal(content: bytes, **options: object) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(content, **options)
    return caught.value


class TestReadRows:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_finds_out_separator_and_line_end(self, delimiter: str, end: str):
        text = end.join([delimiter.join(["name", "city"]), delimiter.join(["Anna", "Porto"]), ""])

        assert [record.cells for record in read(text.encode())] == [["Anna", "Porto"]]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
    def test_reads_russian_in_either_alphabet(self, encoding: str):
        text = "Имя;city\nАнна Соколова, «Северный ветер» – №1;Казань\n"

        assert [record.cells[1] for record in read(text.encode(encoding))] == ["Казань"]

    def test_reads_a_packed_file_by_its_content_whatever_its_name(self):
        assert read(gzip.compress(b"name\nAnna\n"))[0].cells == ["Anna"]

    def test_numbers_rows_as_a_spreadsheet_does(self):
        records = read(b'name,city\n"An\nna",Porto\n\n,\nBruno,Lisbon\n')

        assert [record.row_no for record in records] == [2, 5]

    def test_a_packed_file_has_the_digest_of_its_content(self):
        plain = b"name\nAnna\n"

        assert survey(io.BytesIO(plain)).digest == survey(io.BytesIO(gzip.compress(plain))).digest

    def test_a_row_with_a_field_too_many_is_a_fault_of_that_row_alone(self):
        short, long, whole = read(b"name,city\nAnna\nBruno,Porto,PT\nCarla,Lisbon\n")

        assert (short.fault.values, long.fault.values) == (
            {"expected": 2, "found": 1},
            {"expected": 2, "found": 3},
        )
        assert whole.fault is None

    def test_a_quotation_mark_within_a_field_is_a_fault_of_that_row_alone(self):
        broken, whole = read(b'name,city\n"An"na,Porto\nBruno,Lisbon\n')

        assert broken.fault.code == "broken_quotes"
        assert whole.cells == ["Bruno", "Lisbon"]

    def test_the_last_row_needs_no_line_end(self):
        assert [record.cells for record in read(b"name,city\nAnna,Porto")] == [["Anna", "Porto"]]

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20),
                min_size=2,
                max_size=2,
            ).filter(any),
            max_size=20,
        )
    )
    def test_gives_back_what_a_writer_wrote(self, rows: list[list[str]]):
        import csv  # noqa: PLC0415 -- the writer is the oracle here, nothing else

        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow(["name", "city"])
        writer.writerows(rows)

        assert [record.cells for record in read(text.getvalue().encode())] == rows


class TestRefuseFile:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"PK\x03\x04 and so on", "not_csv"),
            (gzip.compress(b"PK\x03\x04 and so on", mtime=0), "not_csv"),
            (b"%PDF-1.7\n", "not_csv"),
            ("name\nAnna\n".encode("utf-16"), "utf16"),
            (b"name\nAn\x00na\n", "nul_bytes"),
            (b"foo,bar\n1,2\n", "no_known_columns"),
            (b"city\nPorto\n", "missing_columns"),
            (b"name,Name\nAnna,Anna\n", "duplicate_header"),
            ("name,имя\nAnna,Anna\n".encode(), "duplicate_header"),
            (b"name,x,x\nAnna,1,2\n", "duplicate_header"),
            (b"name" + b",x" * 200 + b"\n", "too_many_columns"),
            (b'name,"city\n', "open_quote"),
        ],
    )
    def test_says_what_is_wrong_with_the_whole(self, content: bytes, code: str):
        assert refusal(content).code == code

    def test_names_the_columns_that_are_missing(self):
        error = refusal(b"city\nPorto\n", required=("name", "city", "note"))

        assert error.values == {"columns": "name, note"}

    def test_a_last_row_that_breaks_off_is_a_truncated_file(self):
        error = refusal(b"name,city\nAnna,Porto\nBru")

        assert (error.code, error.values) == ("truncated", {"row": 3})

    def test_a_short_row_in_the_middle_does_not_make_the_file_truncated(self):
        assert len(read(b"name,city\nBru\nAnna,Porto")) == 2

    def test_a_file_that_ends_within_quotation_marks_is_truncated(self):
        assert refusal(b'name,city\n"Anna,Porto\n').code == "truncated"

    def test_a_file_that_ends_within_a_letter_is_truncated(self):
        assert refusal("name\nАнна".encode()[:-1]).code == "truncated"

    def test_a_quotation_mark_that_swallows_half_the_file_refuses_it(self):
        content = b'name,city\n"Anna,Porto\n' + b"Bruno,Lisbon\n" * 20_000

        assert refusal(content).code == "open_quote"

    @pytest.mark.parametrize("lost", [1, 4, 8, 20])
    def test_a_packed_file_that_breaks_off_is_refused(self, lost: int):
        packed = gzip.compress(b"name\n" + b"Anna\n" * 1000)

        assert refusal(packed[:-lost]).code == "gzip_truncated"

    def test_a_packed_file_with_a_wrong_byte_is_refused(self):
        packed = bytearray(gzip.compress(b"name\n" + b"Anna\n" * 1000))
        packed[-5] ^= 0xFF

        assert refusal(bytes(packed)).code == "gzip_broken"

    @pytest.mark.parametrize(
        "content",
        [
            "name\nJosé Gonçalves\nZoë\n".encode("latin-1"),
            "имя\nАнна Соколова\n".encode("cp866"),
            "name\nАнна\n".encode() + b"\xff\n",
            b"name\nA\x98\n",
        ],
        ids=["Latin-1", "cp866", "a wrong byte in UTF-8", "a byte that cp1251 lacks"],
    )
    def test_letters_of_another_alphabet_are_refused(self, content: bytes):
        assert refusal(content).code == "encoding"

    @pytest.mark.parametrize(
        "before",
        [b"name\n", b"name\n" + b"Anna\n" * 60_000, b"name\n" + b"Anna\n" * 46_000],
        ids=["in the first part", "in a later part", "across two parts"],
    )
    def test_a_line_of_more_than_64_kib_is_refused(self, before: bytes):
        whole, beyond = (before + b"a" * length + b"\nb" for length in (65_536, 65_537))

        assert survey(io.BytesIO(whole)).lines == before.count(b"\n") + 1
        error = refusal(beyond)
        assert (error.code, error.values) == ("line_too_long", {"row": before.count(b"\n") + 1})


class TestRefuseBomb:
    LIMIT = 1_000_000

    def test_stops_at_the_limit_of_unpacked_bytes(self):
        whole = (b"a" * 99 + b"\n") * (self.LIMIT // 100)

        assert survey(io.BytesIO(gzip.compress(whole)), limit_bytes=self.LIMIT).lines == self.LIMIT // 100
        with pytest.raises(FileRefused) as caught:
            survey(io.BytesIO(gzip.compress(whole + b"\n")), limit_bytes=self.LIMIT)
        assert caught.value.code == "unpacks_too_large"

    def test_reads_no_more_of_a_bomb_than_it_must(self):
        packed = io.BytesIO(gzip.compress(b"Anna\n" * 20_000_000, compresslevel=1))
        size = packed.getbuffer().nbytes

        with pytest.raises(FileRefused):
            survey(packed, limit_bytes=self.LIMIT)

        assert packed.tell() < size / 4
