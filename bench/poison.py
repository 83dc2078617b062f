"""What no honest browser sends, made from a form that one was shown: seeded, and the same each time."""

import io
import json
import random
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from bench.walk import CHOICES, Control, Form

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = re.compile(r"-?\d+")
MEBIBYTE = 1024 * 1024
TOKEN = "csrf_token"  # noqa: S105 -- the name of a field
NUL = "a\x00b"
NUMBERS = (
    *("NaN", "-inf", "1e999", "0x10", "1.5", "1,5", "--1", "²", "٣x", "true", "[]", "1 or 1=1"),
    *("9" * 400, "-" + "9" * 30),
)
DAYS = ("9999-99-99", "0000-00-00", "10000-01-01", "2026-02-30", "-1-01-01", "yesterday", "2026-13-01T00:00")
TIMES = ("25:00", "24:60", "-1:00", "noon", "99:99", "1" * 200)
IDS = ("not-an-id", "0", "-1", "../../etc/passwd", "{}", "0" * 36, "' OR ''='", "g" * 32, "[1,2]")
ADDRESSES = ("no-at-sign", "a@", "@b.example", "a@b@c", "a b@c.example", "a@b.example\r\nBcc: x@y.example")
TEXTS = (
    *("", " ", "-1", "0", "NULL", "None", "9" * 30, "Ж" * 5_000, "e\u0301" * 200, "𝕳𝖔𝖙𝖊𝖑 🏨"),
    *("\u202egnp.exe", "\u2066bidi\u2069", "\ufeff", "\u200b\u200d\u2060", "\x1b[2J\x07\x08", "\ufffd\uffff"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP TABLE person; --"),
    *("{{ 7*7 }}{% raw %}", '=HYPERLINK("http://evil.example")', "@SUM(1+1)", "%s%n%(x)s%00"),
    *("javascript:alert(1)", "//evil.example/", "\r\nSet-Cookie: a=b", "../" * 40),
)
FILES = (
    *(b"", b"\x00" * 64, b"PK\x03\x04" + b"\xff" * 200, b"\xff\xfe\xfd"),
    *(b"%PDF-1.7\n", b'a;b\n"', b"\x1f\x8b\x08junk"),
)


@dataclass(slots=True)
class Shot:
    """One request: what it is, and what is wrong with it."""

    form: Form
    who: str
    wrong: list[str] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.form.endpoint} {self.form.path} by {self.who}: {'; '.join(self.wrong)}"[:400]


def shot(form: Form, who: str, token: str, *, dice: random.Random, ids: Sequence[str]) -> Shot:
    """A request with at least one thing in it that no form of ours takes; `ids` are those of others."""
    made = Shot(form, who)
    pairs = [(name, value) for name, each in form.controls.items() for value in each.values if name != TOKEN]
    pairs = _noisy(pairs, made, dice=dice)
    kind = dice.choices(("field", "token", "body"), (8, 1, 2))[0]
    if kind == "field":
        pairs = _with_poison(form, pairs, made, dice=dice, ids=ids)
    if kind == "token":
        token = dice.choice(("", "x", token[::-1], str(uuid.uuid5(uuid.NAMESPACE_URL, token))))
        made.wrong.append("no token of ours")
    if kind == "body":
        made.named = _broken_body(pairs, token, made, dice=dice)
    else:
        made.named = _encoded(form, [*pairs, (TOKEN, token)], dice=dice)
    return made


def _noisy(pairs: list[tuple[str, str]], made: Shot, *, dice: random.Random) -> list[tuple[str, str]]:
    """Some of it left out, doubled, or in another order."""
    noisy = list(pairs)
    if noisy and dice.random() < 0.2:  # noqa: PLR2004 -- one in five
        noisy.append(dice.choice(noisy))
        made.wrong.append("doubled")
    if dice.random() < 0.2:  # noqa: PLR2004 -- one in five
        dice.shuffle(noisy)
    if dice.random() < 0.3:  # noqa: PLR2004 -- three in ten
        noisy.append((dice.choice(("is_admin", "role", "person_id", "account", "_method", "id[]")), "1"))
        made.wrong.append("a field that is not ours")
    return noisy


def _with_poison(
    form: Form, pairs: list[tuple[str, str]], made: Shot, *, dice: random.Random, ids: Sequence[str]
) -> list[tuple[str, str]]:
    """Bad values for one, some or all of the fields that must hold something of a kind."""
    carriers = [each for each in form.controls.values() if each.name != TOKEN and poisons(each, ids)]
    texts = [each for each in form.controls.values() if each.kind in {"text", "textarea", "search", "tel"}]
    chosen = dice.sample(
        carriers, dice.choice((1, 1, 2, len(carriers))) if len(carriers) > 1 else len(carriers)
    )
    bad = {each.name: dice.choice(poisons(each, ids)) for each in chosen}
    others = [(each.name, dice.choice(TEXTS)) for each in texts if dice.random() < 0.5]  # noqa: PLR2004 -- half
    if not bad:
        bad = {dice.choice([each.name for each in texts] or ["note"]): NUL}
    made.wrong += [f"{name}={value[:40]!r}" for name, value in [*bad.items(), *others]]
    return [pair for pair in pairs if pair[0] not in bad and pair[0] not in dict(others)] + [
        *bad.items(),
        *(pair for pair in others if pair[0] not in bad),
    ]


def poisons(control: Control, ids: Sequence[str]) -> Sequence[str]:
    """What a control of this kind never takes; nothing for free text, which may hold what it likes."""
    value = next(iter(control.values), "")
    if control.kind in CHOICES:
        return () if not control.options - {""} else ("no-such-choice", "-1", "\u202e", *ids[:2], "9" * 30)
    by_kind = {"number": NUMBERS, "date": DAYS, "time": TIMES, "email": ADDRESSES, "month": DAYS}
    if control.kind in by_kind:
        return by_kind[control.kind]
    if control.kind == "hidden" and UUID.fullmatch(value):
        # Whatever is an id is a fresh token; another record's, where a record is meant, is nobody's.
        return IDS if "token" in control.name else (*IDS, *ids)
    if control.kind == "hidden" and NUMBER.fullmatch(value):
        return NUMBERS
    return ()


def _encoded(form: Form, pairs: list[tuple[str, str]], *, dice: random.Random) -> dict[str, Any]:
    if not form.has_files and dice.random() < 0.8:  # noqa: PLR2004 -- mostly as the page says
        body = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
        return {"data": body.encode(), "content_type": "application/x-www-form-urlencoded"}
    data: dict[str, list[Any]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    for control in form.controls.values():
        if control.kind == "file":
            content = dice.choice((*FILES, b"x" * (10 * MEBIBYTE)) if dice.random() < 0.1 else FILES)  # noqa: PLR2004 -- rarely large
            named = dice.choice(("a.csv", "a.xlsx", "../../a.csv", "a.csv.gz", "\u202e.csv", ""))
            data[control.name] = [(io.BytesIO(content), named)]
    return {"data": data, "content_type": "multipart/form-data"}


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def _broken_body(
    pairs: list[tuple[str, str]], token: str, made: Shot, *, dice: random.Random
) -> dict[str, Any]:
    """A body that is not the one its header tells of."""
    plain = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in [*pairs, (TOKEN, token)]).encode()
    urlencoded, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'
    bodies = (
        ("json", json.dumps(dict(pairs)).encode(), "application/json"),
        ("JSON that is none", b'{"a":' * 500, "application/json"),
        ("plain text", plain, "text/plain"),
        ("no type", plain, ""),
        ("multipart without end", part, f"{multipart}; boundary=x"),
        ("multipart without boundary", plain, multipart),
        ("another alphabet", "é=ü".encode("utf-16"), f"{urlencoded}; charset=utf-16"),
        ("lone surrogates", b"note=%ED%A0%80&day=%C0%AF", urlencoded),
        ("a thousand fields", b"&".join(b"lines-%d-count=1" % n for n in range(1_200)), urlencoded),
        ("two megabytes of text", b"note=" + b"x" * (2 * MEBIBYTE), urlencoded),
    )
    name, body, content_type = dice.choice(bodies)
    made.wrong.append(name)
    # Where nothing must be filled in, an empty form is a form in order.
    must_hold = any(
        each.kind in {"number", "date", "time"} and each.is_required for each in made.form.controls.values()
    )
    is_known = must_hold and dice.random() < 0.5  # noqa: PLR2004 -- half
    return {
        "data": body,
        "content_type": content_type,
        "headers": {"X-CSRFToken": token} if is_known else {},
    }
