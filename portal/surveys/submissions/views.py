"""The survey's pages. The link is the key: nobody signs in, looking changes nothing, each answer is kept."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.outbox import queries as outbox
from portal.people.models import CLIENT_ROLES
from portal.programme.rules import Refusal
from portal.surveys.answers import queries as answers
from portal.surveys.answers import words as answer_words
from portal.surveys.answers.models import Answer
from portal.surveys.invitations import actions as invitation_actions
from portal.surveys.invitations import queries as invitations
from portal.surveys.invitations import rules as links
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.rules import AnswerMissing, Kind, Question, TooManyWords, asked_of
from portal.surveys.submissions import actions, rules, words
from portal.surveys.submissions.forms import form_for
from portal.web.gate import Visitor, allow, anyone, signed_in, visitor
from portal.web.limits import limiter
from portal.web.pages import locale_code, read_by
from portal.web.registries import Wish

blueprint = Blueprint("survey", __name__, url_prefix="/survey")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE, CONFLICT, GONE, NOT_FOUND = 422, 409, 410, 404
OFTEN = "120 per 5 minutes"


@blueprint.get("/<token>")
@allow(anyone)
@limiter.limit(OFTEN)
def page(token: str) -> Answered:
    """The question that is next, or the one asked for; after the last one, everything once more."""
    invitation = invitations.invitation_by_token(token)
    with read_by(_language(invitation)):
        try:
            links.check_open(invitation, at=clock.now())
        except links.LinkRefused as refusal:
            return _closed(refusal, invitation)
        assert invitation is not None  # noqa: S101 -- check_open refused otherwise
        kept = answers.answers_of([invitation.id])[invitation.id]
        step = request.args.get("step", type=int) or rules.next_step(_questions(invitation), kept)
        return _page(token, invitation, kept, step)


@blueprint.post("/<token>/answers/<code>")
@allow(anyone)
@limiter.limit(OFTEN)
def keep(token: str, code: str) -> Answered:
    """Keep one answer and go on to the next question, or back to the one before."""
    way = -1 if "back" in request.form else 1
    try:
        with transaction():
            step = actions.keep(
                token=token, code=code, values=request.form.getlist("answer"),
                words=request.form.get("words", ""), at=clock.now(),
            )  # fmt: skip
    except links.LinkRefused as refusal:
        invitation = invitations.invitation_by_token(token)
        return _closed(refusal, invitation, typed=_typed(invitation, code))
    except AnswerMissing as refusal:
        return _once_more(token, code, refusal, goes_back=way < 0)
    except Refusal as refusal:
        return _once_more(token, code, refusal)
    return redirect(url_for("survey.page", token=token, step=step + way))


@blueprint.post("/<token>/submission")
@allow(anyone)
@limiter.limit(OFTEN)
def submit(token: str) -> Answered:
    """Send the survey; the second of two taps learns that the first was enough."""
    try:
        with transaction():
            actions.submit(token=token, at=clock.now())
    except links.SubmittedAlready:
        pass  # the second of two taps, or of two phones: the page says when the first came
    except links.LinkRefused as refusal:
        return _closed(refusal, invitations.invitation_by_token(token))
    except rules.StillUnanswered as refusal:
        flash(words.refused(refusal), "warn")
        return redirect(url_for("survey.page", token=token, step=refusal.values["step"]))
    return redirect(url_for("survey.page", token=token))


@blueprint.route("/<token>/opt-out", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit(OFTEN)
def opt_out(token: str) -> Answered:
    """Whether to be asked at all: one tap ends it, another begins it again."""
    invitation = invitations.invitation_by_token(token)
    with read_by(_language(invitation)):
        if invitation is None:
            return _closed(links.LinkUnknown(), None)
        if request.method == "POST":
            with transaction():
                _wish(invitation.person_id, asks_again="again" in request.form)
            return redirect(url_for("survey.opt_out", token=token))
        return render_template(
            "surveys/submissions/opt_out.html",
            token=token,
            is_out=invitations.has_opted_out(invitation.person_id),
            every_days=outbox.policy().survey_every_days,
        )


@blueprint.post("/wish")
@allow(signed_in)
def wish() -> Response:
    """The same wish from one's own profile, long after the letter is gone."""
    with transaction():
        _wish(visitor().person_id or 0, asks_again="again" in request.form)
    return redirect(url_for("people.my_profile", _anchor="wishes"))


@blueprint.route("/<token>/unsubscribe", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit(OFTEN)
def unsubscribe(token: str) -> Answered:
    """For the button of a mail program (RFC 8058), which sends no token of ours; a look leads to the page."""
    if request.method == "POST" and (invitation := invitations.invitation_by_token(token)) is not None:
        with transaction():
            invitation_actions.opt_out(person_id=invitation.person_id, at=clock.now())
        return "", 204
    return redirect(url_for("survey.opt_out", token=token))


def own_wish(asking: Visitor) -> Wish | None:
    """How the visitor's own wish stands, for their profile: of guests, and of whoever opted out."""
    url = url_for("survey.wish")
    if invitations.has_opted_out(asking.person_id or 0):
        return Wish(_("Survey invitations: off"), _("Turn on"), url, {"again": "1"})
    return Wish(_("Survey invitations: on"), _("Turn off"), url) if asking.has(*CLIENT_ROLES) else None


def _wish(person_id: int, *, asks_again: bool) -> None:
    wish = invitation_actions.opt_in if asks_again else invitation_actions.opt_out
    wish(person_id=person_id, at=clock.now())


def _questions(invitation: Invitation) -> tuple[Question, ...]:
    return asked_of(invitation.version, has_served=bool(invitation.served))


def _once_more(token: str, code: str, refusal: Refusal, *, goes_back: bool = False) -> Answered:
    """The question again with what is wrong; everything typed is still there."""
    invitation = invitations.invitation_by_token(token)
    if invitation is None or isinstance(refusal, rules.QuestionUnknown):
        return _closed(links.LinkUnknown(), invitation)
    step, question = rules.question_of(_questions(invitation), code)
    if goes_back:
        return redirect(url_for("survey.page", token=token, step=step - 1))
    with read_by(_language(invitation)):
        form = _form(question, invitation, None)
        is_about_words = isinstance(refusal, TooManyWords) and "words" in form
        field = form.words if is_about_words else form.answer
        field.errors = [words.refused(refusal)]
        return _question_page(token, invitation, step, form), UNPROCESSABLE


def _page(token: str, invitation: Invitation, kept: dict[str, Answer], step: int) -> str:
    questions = _questions(invitation)
    if 1 <= step <= len(questions):
        question = questions[step - 1]
        return _question_page(token, invitation, step, _form(question, invitation, kept.get(question.code)))
    said = answer_words.said(invitation, kept, locale=locale_code())
    shown = [(number, question, answer) for number, (question, answer, _most) in enumerate(said, start=1)]
    return render_template(
        "surveys/submissions/last_look.html",
        token=token, shown=shown, house=invitation.property, total=len(questions),
    )  # fmt: skip


def _question_page(token: str, invitation: Invitation, step: int, form: FlaskForm) -> str:
    questions = _questions(invitation)
    return render_template(
        "surveys/submissions/question.html",
        token=token,
        question=questions[step - 1],
        step=step,
        total=len(questions),
        form=form,
        house=invitation.property,
        happened_at=invitation.happened_at,
        touchpoint=invitation.touchpoint,
    )


def _form(question: Question, invitation: Invitation, kept: Answer | None) -> FlaskForm:
    form = form_for(
        question,
        locale=locale_code(),
        choices=list(answer_words.choices(question, invitation, locale=locale_code()).items()),
    )
    if kept is not None and not form.is_submitted():
        if question.words:
            form.words.data = kept.words
        number = str(kept.number) if kept.number is not None else None
        form.answer.data = {Kind.SCALE: number, Kind.TEXT: kept.words}.get(question.kind, kept.chosen or [])
    return form


def _typed(invitation: Invitation | None, code: str) -> str:
    """The words of an answer that came too late, to give them back; none where they had arrived before."""
    if invitation is None:
        return request.form.get("words", "")
    texts = {one.code for one in _questions(invitation) if one.kind is Kind.TEXT}
    typed = request.form.get("answer" if code in texts else "words", "")
    kept = answers.answers_of([invitation.id])[invitation.id].get(code)
    has_arrived = invitation.submitted_at and kept is not None and kept.words.split() == typed.split()
    return "" if has_arrived else typed.strip()


def _closed(refusal: links.LinkRefused, invitation: Invitation | None, *, typed: str = "") -> tuple[str, int]:
    with read_by(_language(invitation)):
        title, sentence = words.LINKS[type(refusal)]
        template = "thanks" if isinstance(refusal, links.SubmittedAlready) else "closed"
        page = render_template(
            f"surveys/submissions/{template}.html",
            title=title,
            sentence=sentence,
            typed=typed,
            invitation=invitation,
            sent_at=getattr(refusal, "submitted_at", None),
            zone=invitation.property.zone if invitation is not None else "UTC",
        )
    if isinstance(refusal, links.SubmittedAlready):
        return page, 200 if request.method == "GET" else CONFLICT
    return page, NOT_FOUND if isinstance(refusal, links.LinkUnknown) else GONE


def _language(invitation: Invitation | None) -> str | None:
    """The guest's own; none where nobody is known."""
    return invitation.person.locale if invitation is not None else None
