"""What was done in the portal, for whoever checks on it."""

import json
from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from portal import clock
from portal.audit import access, actions, queries, rules
from portal.audit.forms import AuditFilterForm
from portal.audit.models import AuditEntry
from portal.audit.queries import AuditFilter
from portal.database import transaction
from portal.documents.tables import Cell, csv_lines
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink, registries

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

UNPROCESSABLE = 422
COLUMNS = ("at", "actor_id", "actor", "action", "subject_kind", "subject_id", "details", "request_id")


@blueprint.get("")
@allow(access.reads_audit)
def entries() -> tuple[str, int]:
    """The audit by pages, narrowed by action, subject and whole days."""
    form, zone = _form(), registries().house_zone()
    is_valid = form.validate()
    page = queries.entries(
        _wanted(form, zone) if is_valid else AuditFilter(), after=request.args.get("after")
    )
    text = render_template(
        "audit/entries.html",
        form=form,
        entries=page,
        zone=zone,
        names=_names(page.rows),
        actions=registries().audit_actions,
        subjects=registries().audit_subjects,
        said=_("Days are whole, both inclusive, in the zone %(zone)s.", zone=zone),
        first_url=first_url(),
        next_url=next_url(page),
    )
    return text, 200 if is_valid else UNPROCESSABLE


@blueprint.get("/entries.csv")
@allow(access.reads_audit)
def export() -> Response | tuple[str, int]:
    """The audit as a table, with the filter of the page. That it was taken out is an entry itself."""
    form, zone, at = _form(), registries().house_zone(), clock.now()
    if not form.validate():
        return entries()
    with transaction():
        actions.record(
            action="audit.export",
            subject_kind="audit",
            subject_id="-",
            details=form.kept(),
            by=visitor().person_id,
            at=at,
        )
    lines = csv_lines(COLUMNS, _rows(_wanted(form, zone)), bom=True)
    answer = Response(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rapport-audit-{at:%Y-%m-%d}.csv"'
    return answer


def navigation(person: Visitor) -> list[NavigationLink]:
    """The way to the audit."""
    return (
        [NavigationLink("audit.entries", _("Audit"), 90, ("audit.",))] if access.reads_audit(person) else []
    )


def home(person: Visitor) -> str | None:
    return "audit.entries" if access.reads_audit(person) else None


def _form() -> AuditFilterForm:
    form = AuditFilterForm(request.args)
    form.action.choices = _choices(registries().audit_actions)
    form.kind.choices = _choices(registries().audit_subjects)
    return form


def _choices(words: Mapping[str, LazyString]) -> list[tuple[str, str]]:
    named = sorted(((code, str(word)) for code, word in words.items()), key=lambda choice: choice[1])
    return [("", _("Anything")), *named]


def _wanted(form: AuditFilterForm, zone: str) -> AuditFilter:
    since, until = rules.span(form.first.data, form.last.data, zone=zone)
    return AuditFilter(
        form.action.data or "", form.kind.data or "", (form.subject.data or "").strip(), since, until
    )


def _rows(wanted: AuditFilter) -> Iterator[tuple[Cell, ...]]:
    for chunk in queries.every_entry(wanted):
        names = _names(chunk)
        for entry in chunk:
            yield (
                entry.at.isoformat(),
                entry.actor_id,
                names.get(entry.actor_id or 0, ""),
                entry.action,
                entry.subject_kind,
                entry.subject_id,
                json.dumps(entry.details, ensure_ascii=False, sort_keys=True),
                entry.request_id,
            )


def _names(found: Sequence[AuditEntry]) -> dict[int, str]:
    ids = {entry.actor_id for entry in found if entry.actor_id is not None}
    return dict(registries().person_names(ids))
