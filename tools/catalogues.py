#!/usr/bin/env python3
"""The rooms' catalogues: which sentences each room says, and how it says them in Russian.

    tools/catalogues.py update [ROOM…]    gather the sentences; keep the translations there are
    tools/catalogues.py check [ROOM…]     nothing missing, left over, untranslated, fuzzy or broken
    tools/catalogues.py compile [ROOM…]   write the .mo files that the portal reads

A room's sentences stand in portal/ROOM, templates/ROOM and templates/letters/ROOM; the top-level
templates, components and error pages belong to `web`. Catalogues are sorted and carry neither dates
nor line numbers, so that they change only when a sentence does.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract
from polib import POEntry, POFile, pofile

ROOT = Path(__file__).parent.parent
DEFAULT_ROOM = "web"
LANGUAGE = "ru"
PLURAL_FORMS = 3
HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": LANGUAGE,
    "Plural-Forms": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
TEMPLATE_OPTIONS = {"silent": "false", "trimmed": "true", "encoding": "utf-8"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[sdrif]")
DAY_AND_STOP = re.compile(r"%\(\w*(?:day|date)\)s\.")

Key = tuple[str, str]
"""Context and msgid: what a sentence is known by."""


@dataclass
class Sentence:
    """One msgid of a room and the files that say it."""

    msgid: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.msgid


def rooms(root: Path = ROOT) -> list[str]:
    """The rooms of the house, by name."""
    return sorted(path.parent.name for path in root.glob("portal/*/__init__.py"))


def catalogue_path(room: str, root: Path = ROOT) -> Path:
    return root / "portal" / room / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"


def files_of(room: str, root: Path = ROOT) -> Iterator[Path]:
    """The files whose sentences belong to a room, in order."""
    yield from sorted((root / "portal" / room).rglob("*.py"))
    if room == DEFAULT_ROOM:
        yield from sorted((root / "portal").glob("*.py"))
    known = set(rooms(root))
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml", ".svg"}:
            owner = _owner(path.relative_to(root / "templates").parts, known)
            if owner == room:
                yield path


def _owner(parts: tuple[str, ...], known: set[str]) -> str:
    """The room whose template this is: its letters are its own, the paper they stand on is the outbox's."""
    if parts[0] == "letters":
        return parts[1] if parts[1] in known else "outbox"
    return parts[0] if parts[0] in known else DEFAULT_ROOM


def gather(room: str, root: Path = ROOT) -> dict[Key, Sentence]:
    """Every sentence a room says."""
    found: dict[Key, Sentence] = {}
    for path in files_of(room, root):
        name = path.relative_to(root).as_posix()
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {} if path.suffix == ".py" else TEMPLATE_OPTIONS
        with path.open("rb") as file:
            messages = list(extract(method, file, KEYWORDS, ["Translators:"], options))
        for _line, message, comments, context in messages:
            msgid, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
            if not msgid:
                continue
            sentence = found.setdefault((context or "", msgid), Sentence(msgid, context=context or ""))
            sentence.plural = sentence.plural or plural
            sentence.files.add(name)
            sentence.notes.update(comments)
    return found


def read(room: str, root: Path = ROOT) -> dict[Key, POEntry]:
    """The catalogue of a room as it stands; empty where there is none."""
    path = catalogue_path(room, root)
    if not path.exists():
        return {}
    return {(entry.msgctxt or "", entry.msgid): entry for entry in pofile(str(path))}


def update(room: str, root: Path = ROOT) -> int:
    """Write a room's catalogue anew; translations are kept, or taken from a room that has one.

    Returns how many sentences still wait for a translation.
    """
    sentences = gather(room, root)
    path = catalogue_path(room, root)
    if not sentences:
        path.unlink(missing_ok=True)
        return 0
    memory: dict[Key, POEntry] = {}
    for other in (*rooms(root), room):  # the room's own last: it knows best
        memory.update({key: entry for key, entry in read(other, root).items() if is_done(entry)})
    catalogue = POFile(wrapwidth=100)
    catalogue.metadata = dict(HEADER)
    for key in sorted(sentences):
        catalogue.append(_entry(sentences[key], memory.get(key)))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return sum(not is_done(entry) for entry in catalogue)


def _entry(sentence: Sentence, known: POEntry | None) -> POEntry:
    entry = POEntry(
        msgid=sentence.msgid,
        msgctxt=sentence.context or None,
        comment="\n".join(sorted(sentence.notes)),
        occurrences=[(name, "") for name in sorted(sentence.files)],
    )
    if PLACEHOLDER.search(sentence.msgid + sentence.plural):
        entry.flags.append("python-format")
    if sentence.plural:
        entry.msgid_plural = sentence.plural
        forms = known.msgstr_plural if known is not None else {}
        entry.msgstr_plural = {n: forms.get(n, "") for n in range(PLURAL_FORMS)}
    elif known is not None:
        entry.msgstr = known.msgstr
    if known is not None:
        entry.tcomment = known.tcomment
    return entry


def is_done(entry: POEntry) -> bool:
    """Whether an entry is translated in every form, and nobody doubts it."""
    forms = (
        [entry.msgstr_plural.get(n, "") for n in range(PLURAL_FORMS)]
        if entry.msgid_plural
        else [entry.msgstr]
    )
    return all(forms) and not entry.fuzzy and not entry.obsolete


def faults(room: str, root: Path = ROOT) -> Iterator[str]:
    """Everything that is wrong with a room's catalogue, one line each."""
    sentences, entries = gather(room, root), read(room, root)
    for key in sorted(sentences.keys() - entries.keys()):
        yield f"missing: {sentences[key].msgid!r}"
    for key, entry in sorted(entries.items()):
        if key not in sentences or entry.obsolete:
            yield f"left over: {entry.msgid!r}"
            continue
        if bool(sentences[key].plural) != bool(entry.msgid_plural):
            yield f"plural in one place only: {entry.msgid!r}"
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not is_done(entry):
            yield f"untranslated: {entry.msgid!r}"
        else:
            yield from _form_faults(entry)
    for sentence in sentences.values():
        if has_lone_percent(sentence.msgid) and any(not name.endswith(".py") for name in sentence.files):
            yield f"a lone % in a template, write %%: {sentence.msgid!r}"


def _form_faults(entry: POEntry) -> Iterator[str]:
    """Placeholders must be the same on both sides; a sentence that has any must survive filling in."""
    wanted = placeholders(entry.msgid + entry.msgid_plural)
    for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        if placeholders(text) != wanted:
            yield f"placeholders differ: {entry.msgid!r} / {text!r}"
        elif wanted and has_lone_percent(text):
            yield f"a lone % beside placeholders, write %%: {text!r}"
        elif DAY_AND_STOP.search(text):
            yield f"a full stop after a day, which ends with its own (2026 г.): {text!r}"


def placeholders(text: str) -> set[str]:
    """The names that are filled in."""
    return set(PLACEHOLDER.findall(text))


def has_lone_percent(text: str) -> bool:
    """Whether a percent sign would be taken for the beginning of a placeholder."""
    return "%" in PLACEHOLDER.sub("", text).replace("%%", "")


def disagreements(root: Path = ROOT) -> Iterator[str]:
    """Sentences that two rooms translate differently: the portal would use either."""
    seen: dict[Key, dict[tuple[str, ...], str]] = defaultdict(dict)
    for room in rooms(root):
        for key, entry in read(room, root).items():
            if is_done(entry):
                forms = tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
                seen[key].setdefault(forms, room)
    for (_context, msgid), ways in sorted(seen.items()):
        if len(ways) > 1:
            told = "; ".join(f"{room}: {' | '.join(forms)}" for forms, room in ways.items())
            yield f"{msgid!r} is translated in two ways: {told}"


def compile_room(room: str, root: Path = ROOT) -> bool:
    """Write the .mo beside a room's catalogue unless it is up to date; say whether it was written."""
    source = catalogue_path(room, root)
    target = source.with_suffix(".mo")
    if not source.exists():
        target.unlink(missing_ok=True)
        return False
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    # Written aside and moved, since a running portal may be reading it.
    fresh = target.with_suffix(".mo.new")
    pofile(str(source)).save_as_mofile(str(fresh))
    fresh.replace(target)
    return True


def _check(names: Iterable[str]) -> int:
    lines = [f"{room}: {fault}" for room in names for fault in faults(room)] + list(disagreements())
    for line in lines:
        print(line)
    print(f"catalogues: {len(lines)} faults" if lines else "catalogues: complete")
    return 1 if lines else 0


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit status is 1 when a check found something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=("update", "check", "compile"))
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="default: every room")
    options = parser.parse_args(arguments)
    names = options.rooms or rooms()
    unknown = sorted(set(names) - set(rooms()))
    if unknown:
        parser.error(f"no such room: {', '.join(unknown)}; there are {', '.join(rooms())}")
    if options.task == "check":
        return _check(names)
    for room in names:
        if options.task == "compile":
            compile_room(room)
        else:
            print(f"{room}: {update(room)} sentences wait for a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
