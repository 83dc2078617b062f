"""Errors become pages that say what happened, what was kept and what to do."""

from dataclasses import dataclass

import structlog
from flask import Flask, current_app, g, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from portal.database import DatabaseBusy, OutcomeUnknown, db, is_lost

log = structlog.get_logger("portal.errors")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page says."""

    title: LazyString
    happened: LazyString
    remedy: LazyString


TROUBLES = {
    400: Trouble(
        _l("That request could not be read"),
        _l("Something in the address or the form was not as the page sends it. Nothing was changed."),
        _l("Go back, reload the page and try again."),
    ),
    401: Trouble(
        _l("Please sign in again"),
        _l("Your session had ended before the form arrived. Nothing was changed."),
        _l("Sign in, then send the form once more."),
    ),
    403: Trouble(
        _l("This page is not open to you"),
        _l("Your roles do not include it."),
        _l("If you need it for your work, ask your administrator for the role."),
    ),
    404: Trouble(
        _l("There is no such page"),
        _l("The address may be mistyped, or what it showed belongs to somebody else."),
        _l("Check the address, or start from the home page."),
    ),
    405: Trouble(
        _l("That cannot be done from here"),
        _l("The address exists, but not for this kind of request. Nothing was changed."),
        _l("Go back and use the button on the page."),
    ),
    413: Trouble(
        _l("That file is too large"),
        _l("The upload is larger than this portal takes. Nothing was read or changed."),
        _l("Split the file, compress it as .csv.gz, or ask your operator to raise the limit."),
    ),
    429: Trouble(
        _l("Too many tries"),
        _l("This was tried more often than the portal allows in a short time. Nothing was changed."),
        _l("Wait a minute, then try again."),
    ),
    500: Trouble(
        _l("Something broke on our side"),
        _l("The fault is ours and has been recorded. What you had entered was not saved."),
        _l("Try again in a minute. If it happens again, tell us the reference below."),
    ),
    503: Trouble(
        _l("The portal is busy for a moment"),
        _l("Others were writing at the same time and the wait grew too long. Nothing was changed."),
        _l("Go back, your form is still there, and send it again."),
    ),
}


FORM_TOO_LARGE = Trouble(
    _l("That form is too long"),
    _l("The text in it is longer than this portal takes. Nothing was changed."),
    _l("Go back, shorten the longest field and send the form again."),
)
DATABASE_GONE = Trouble(
    _l("The portal lost its database for a moment"),
    _l("The connection broke before anything was saved. Nothing was changed."),
    _l("Go back, your form is still there, and send it again."),
)
OUTCOME_UNKNOWN = Trouble(
    _l("We do not know whether that was saved"),
    _l("The connection to the database broke while it was being saved: it is there whole, or not at all."),
    _l("Open the page anew and look. If it is not there, go back and send the form again."),
)


class FormExpired(HTTPException):
    """The form's token is missing, foreign or too old."""

    code = 400
    trouble = Trouble(
        _l("This form has expired"),
        _l("It was opened too long ago, or in another session. Nothing was changed."),
        _l("Go back, reload the page and send it again."),
    )


def page(status: int, trouble: Trouble | None = None) -> tuple[str, int]:
    """The error page for a status."""
    found = trouble or TROUBLES.get(status) or TROUBLES[500 if status >= 500 else 400]  # noqa: PLR2004 -- server errors
    reference = g.get("request_id", "-") if status >= 500 else None  # noqa: PLR2004 -- server errors
    text = render_template("errors/error.html", status=status, trouble=found, reference=reference)
    return text, status


def init_app(app: Flask) -> None:
    # Flask would write the address of the page, which may hold a letter's token; `_http` logs the rest.
    app.log_exception = lambda *_: None  # type: ignore[method-assign]

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
        if error.code is None or error.code < 400 or error.response is not None:  # noqa: PLR2004 -- redirects pass
            return error
        if isinstance(error, InternalServerError) and error.original_exception is not None:
            log.error(
                "unhandled",
                endpoint=request.endpoint or "-",
                exc_info=error.original_exception,
            )
            db.session.rollback()
        trouble = FORM_TOO_LARGE if _is_a_form(error) else getattr(error, "trouble", None)
        return page(error.code, trouble)

    @app.errorhandler(CSRFError)
    def _form_expired(_error: CSRFError) -> tuple[str, int]:
        return page(400, FormExpired.trouble)

    @app.errorhandler(DatabaseBusy)
    def _busy(_error: DatabaseBusy) -> tuple[str, int]:
        return page(503)

    @app.errorhandler(OutcomeUnknown)
    def _unknown(error: OutcomeUnknown) -> tuple[str, int]:
        log.error("outcome unknown", endpoint=request.endpoint or "-", exc_info=error)
        return page(503, OUTCOME_UNKNOWN)

    @app.errorhandler(InterfaceError)
    @app.errorhandler(OperationalError)
    def _database(error: DBAPIError) -> tuple[str, int]:
        db.session.rollback()
        log.error("database", endpoint=request.endpoint or "-", exc_info=error)
        # Without a statement there was not even a connection: the server is down or starting.
        if is_lost(error) or error.statement is None:
            return page(503, DATABASE_GONE)
        return page(503 if "locked" in str(error.orig).lower() else 500)


def _is_a_form(error: HTTPException) -> bool:
    """Whether what is too large is text: an upload lies in a file, whose form may be as large as it likes."""
    too_large = isinstance(error, RequestEntityTooLarge)
    length, limit = request.content_length, current_app.config["MAX_CONTENT_LENGTH"]
    return too_large and length is not None and length <= limit
