"""The forms of a draft: one for each section, made of the fields that the rules themselves have."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.programme.comparison import words
from portal.programme.comparison.rules import KEYS, tier_line
from portal.programme.drafts.rules import MOST_LINES, SECTIONS, STARTS, start_of
from portal.programme.drafts.words import STARTS as STARTS_SAID
from portal.programme.drafts.words import again, refused
from portal.programme.inputs.forms import ClockField, DaysField, HundredthsField, WholeField, WholesField
from portal.programme.rules import Refusal, Rules, TierRules
from portal.programme.terms import rules as terms
from portal.programme.words import DOORS, lazily

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "doors": DOORS,
    "earning_starts": words.EARNING_STARTS,
    "kind": words.KINDS,
    "breach": words.BREACHES,
    "souvenir": words.SOUVENIRS,
    "tier_and_promotion": words.MEETINGS,
    "hall_and_bundle": words.MEETINGS,
}
_MAY_BE_EMPTY = frozenset({"hotels", "blackout_dates", "remove"})
_HOTELS = frozenset({"hotel", "hotels"})
_CLOCKS = frozenset({"late_checkout", "quiet_from", "quiet_until"})
_OF_A_TIER = frozenset(field.name for field in fields(TierRules)) - {"code", "name"}
_NAME = [InputRequired(_l("Enter it.")), Length(max=30, message=_l("Keep it within 30 characters."))]
_STEP = re.compile(r"(\w+)|\[(\d+)\]")


class BeginForm(FlaskForm):
    """A name for the draft, and from where it begins."""

    name = StringField(
        _l("Title of the draft"),
        [
            InputRequired(_l("Give the draft a title.")),
            Length(max=80, message=_l("Keep it within 80 characters.")),
        ],
    )
    start = RadioField(
        _l("Begin from"),
        choices=[SelectChoice(code, STARTS_SAID[code]) for code in STARTS],
        default=STARTS[0],
    )

    def offer(self, withdrawn: Sequence[Rules], chosen: str | None = None) -> "BeginForm":
        """Offer versions that were withdrawn, too; one start may be chosen beforehand."""
        more = [SelectChoice(start_of(version.version), again(version)) for version in withdrawn]
        self.start.choices = [SelectChoice(code, STARTS_SAID[code]) for code in STARTS] + more
        if chosen in {choice.value for choice in self.start.choices}:
            self.start.data = chosen
        return self


class RemoveTierForm(FlaskForm):
    """The revision of the draft from which a tier is taken out."""

    revision = WholeField(widget=HiddenInput(), validators=[Optional()])


class AddTierForm(FlaskForm):
    """What one tier more is called, and above which it stands."""

    revision = WholeField(widget=HiddenInput(), validators=[Optional()])
    en = StringField(words.FIELDS["en"], _NAME)
    ru = StringField(words.FIELDS["ru"], _NAME)
    above = SelectField(_l("Right above"))

    def offer(self, held: Rules, revision: int) -> "AddTierForm":
        """Fill the list of tiers, the highest chosen first."""
        self.above.choices = [SelectChoice(tier.code, lazily(tier.called)) for tier in held.tiers]
        self.above.data = self.above.data or held.codes[-1]
        if self.revision.data is None:
            self.revision.data = revision
        return self

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal at the name that it is about, else above the form."""
        language = str(refusal.values.get("field", "")).rsplit(".", 1)[-1]
        if language in {"en", "ru"}:
            self[language].errors = [refused(refusal)]
        else:
            self.form_errors.append(refused(refusal))


class LineForm(Form):
    """One line of a table. A line whose first field was cleared, or one to be removed, is no line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was_held = next(iter(self)).short_name in kwargs
        for field in _leaves(self):
            # A whole line may be left out, but no part of one: nothing in it is marked as optional.
            field.flags.required = field.short_name not in _MAY_BE_EMPTY

    @property
    def is_kept(self) -> bool:
        return not _is_empty(next(iter(self)).data) and not self["remove"].data

    def validate(self, extra_validators: Any = None) -> bool:
        """A new line is whole or wholly empty: what was entered is not thrown away unsaid."""
        holds = super().validate(extra_validators)
        first, *others = self
        if self._was_held or self["remove"].data or not _is_empty(first.data) or first.errors:
            return holds
        if all(_is_empty(field.data) for field in others):
            return holds
        first.errors = [_("Enter it, or empty the line.")]
        return False


class SectionForm(FlaskForm):
    """One section of the rules, and the revision of the draft that it was opened from."""

    revision = WholeField(widget=HiddenInput(), validators=[Optional()])
    section: str

    def offer_hotels(self, hotels: Sequence[tuple[str, str]]) -> None:
        """Fill the lists of hotels, by code and name."""
        for field in _leaves(self):
            if field.short_name == "hotel":
                every = SelectChoice(terms.EVERY_HOTEL, words.value("hotel", ""))
                field.choices = [every, *(SelectChoice(code, name) for code, name in hotels)]
            elif field.short_name == "hotels":
                field.choices = [SelectChoice(code, name) for code, name in hotels]

    def applied(self, rules: Rules) -> Rules:
        """The rules with this section as entered; refuses by name what cannot be."""
        plain: dict[str, Any] = rules.to_json()
        for part in SECTIONS[self.section]:
            entered = _entered(self[part])
            if part == "tiers":
                # Which tiers there are is not edited here: one is added or removed by itself.
                entered = [_tier(was, now) for was, now in zip(plain["tiers"], entered, strict=False)]
            plain[part] = entered
        return Rules.from_json(plain)

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal at the field that it names, else above the form."""
        target = self._find(str(refusal.values.get("field", "")))
        if target is None:
            self.form_errors.append(refused(refusal))
        else:
            target.errors = [*target.errors, refused(refusal)]
        for field in self:
            if isinstance(field, FieldList):
                # A table gathers the errors of its lines when it is validated, not when it is asked.
                field.errors = [entry.errors for entry in field.entries if entry.errors]

    def _find(self, path: str) -> Field | None:
        """The field at an address as the rules name it; lines that were left out do not count."""
        node: Any = self
        for name, number in _STEP.findall(path):
            if number and isinstance(node, FieldList):
                kept = _kept(node)
                node = kept[int(number)].form if int(number) < len(kept) else None
            elif name:
                inner = node.form if isinstance(node, FormField) else node
                node = inner[name] if isinstance(inner, Form) and name in inner else None
        if isinstance(node, Form) and node is not self:
            node = next(iter(node))
        return node if isinstance(node, Field) and not isinstance(node, FieldList | FormField) else None


@cache
def form_of(section: str) -> type[SectionForm]:
    """The form of a section."""
    hints = get_type_hints(Rules)
    made = {part: _field(part, hints[part], required=True) for part in SECTIONS[section]}
    return type(f"{section.title()}Form", (SectionForm,), {**made, "section": section})


def filled(section: str, rules: Rules, revision: int, *, is_sent: bool = True) -> SectionForm:
    """The form of a section with the rules of a draft in it, or what was sent for it."""
    held = {**asdict(rules), "tiers": [tier_line(tier) for tier in rules.tiers]}
    data = {part: held[part] for part in SECTIONS[section]}
    for part in SECTIONS[section]:
        if part in KEYS and part != "tiers":
            data[part] = [*data[part], {}]
    sent = {} if is_sent else {"formdata": None}
    form = form_of(section)(data={**data, "revision": revision}, **sent)
    for table in form:
        if isinstance(table, FieldList) and not table.entries:
            table.append_entry()  # the page names the columns by a line
    for entry in form["tiers"].entries if "tiers" in form else ():
        for name, label in words.DOOR_FIELDS[rules.doors].items():
            entry.form[name].label.text = label
    return form


def _field(name: str, hint: Any, *, required: bool) -> Any:
    """A field for a part of the rules, by its name and type."""
    item: Any = get_args(hint)[0] if get_origin(hint) is tuple else None
    if hasattr(item, "__dataclass_fields__"):
        line = FormField(_record(name, item, required=required), label=words.FIELDS[name])
        # One more is always there, to be filled.
        return FieldList(line, words.FIELDS[name], max_entries=MOST_LINES + 1)
    if hasattr(hint, "__dataclass_fields__"):
        return FormField(_record(name, hint, required=required), label=words.FIELDS[name])
    return _leaf(name, hint, item, [InputRequired(_l("Enter it."))] if required else [Optional()])


def _leaf(name: str, hint: Any, item: Any, validators: list[Any]) -> Any:
    """A field for one value: a choice, an hour, a list, a share or a sum, or what its type says."""
    label = words.FIELDS[name]
    if name in _CHOICES or name in _HOTELS:
        return _choice(name, label)
    if name in _CLOCKS:
        return ClockField(label, [Optional()])
    if item is not None:
        return (DaysField if item is date else WholesField)(label, [Optional()])
    if name.endswith(("_bp", "_cents")):
        return HundredthsField(label, validators)
    kinds = {int: WholeField, date: DateField, bool: BooleanField, str: StringField}
    return kinds[hint](label, [Optional()] if hint is bool else validators)


def _choice(name: str, label: Any) -> Any:
    if name == "hotels":
        boxes: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        return SelectMultipleField(label, choices=[], validators=[Optional()], **boxes)
    blank = [SelectChoice("", "–")] if name in {"kind", "breach"} else []
    choices = [SelectChoice(code, said) for code, said in _CHOICES.get(name, {}).items()]
    return SelectField(label, choices=[*blank, *choices], validators=[Optional()])


@cache
def _record(part: str, kind: Any, *, required: bool) -> type[Form]:
    """The form of a record. Fields of a line may be left empty; what the line is about comes first."""
    hints = get_type_hints(kind)
    is_line = part in KEYS and kind is not TierRules
    names = [field.name for field in fields(kind) if kind is not TierRules or field.name in _OF_A_TIER]
    names.sort(key=lambda name: is_line and name != "kind")
    # Fields stand in the order in which they are made: what a tier is called comes first.
    named = {one: StringField(words.FIELDS[one], _NAME) for one in ("en", "ru") if kind is TierRules}
    made = named | {name: _field(name, hints[name], required=required and not is_line) for name in names}
    if is_line:
        made["remove"] = BooleanField(_l("Remove"))
    return type(f"{part.title()}Record", (LineForm if is_line else Form,), made)


def _tier(was: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, Any]:
    """A tier as entered; one that is called by the words of its code has no name of its own."""
    name = {language: entered[language].strip() for language in ("en", "ru")}
    line = {field: value for field, value in {**was, **entered}.items() if field not in {*name, "name"}}
    usual = terms.TIER_NAMES.get(line["code"])
    return line if usual is not None and asdict(usual) == name else {**line, "name": name}


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_empty(one) for one in value.values())
    return value is None or value is False or value in ("", [])


def _kept(lines: Any) -> list[Any]:
    return [entry for entry in lines.entries if getattr(entry.form, "is_kept", True)]


def _entered(field: Field) -> Any:
    """What was entered, as plain data."""
    if isinstance(field, FieldList):
        return [_entered_record(entry.form) for entry in _kept(field)]
    if isinstance(field, FormField):
        return _entered_record(field.form)
    if isinstance(field.data, list):
        return [_plain(part) for part in field.data]
    return _plain(field.data)


def _entered_record(form: Form) -> dict[str, Any]:
    """What was left empty is missing; only a late check-out may be none."""
    entered = {field.short_name: _entered(field) for field in form if field.short_name != "remove"}
    return {name: value for name, value in entered.items() if value is not None or name == "late_checkout"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _leaves(form: Any) -> Iterator[Any]:
    for field in form:
        if isinstance(field, FieldList):
            for entry in field.entries:
                yield from _leaves(entry.form)
        elif isinstance(field, FormField):
            yield from _leaves(field.form)
        else:
            yield field
