"""Sending: what the worker does with the letters in each of its rounds.

A letter is claimed in one transaction, handed to the mail server outside any, and marked in a
second one. A worker that dies between the two sends again: the Message-ID is the letter's own, so
that a mail program shows it once.
"""

import os
import secrets
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from typing import Protocol

import structlog
from flask import current_app

from portal import clock
from portal.config import Settings
from portal.database import end_reads, transaction
from portal.outbox import actions, emails, queries, rules
from portal.outbox.models import Letter

log = structlog.get_logger("portal.outbox")
BATCH_LETTERS = 20
LEASE_S = 300
TIMEOUT_S = 20
REST_S = 60
"""How long a mail server that does not answer is left alone."""
ERROR_CHARACTERS = 300
PERMANENT = 500
WORKER = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"


class NotTaken(Exception):
    """The mail server refused this letter; `for_good` when trying again cannot help."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class MailServerAway(Exception):
    """No letter can be handed over now, whichever it is."""


class Post(Protocol):
    """Takes letters to where they go."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand a letter over; raises `NotTaken` or `MailServerAway`."""


def send_due(stopping: threading.Event) -> int:
    """Send the letters that are due, a batch of them; say how many were dealt with."""
    settings = emails.settings()
    at = clock.now()
    is_due = queries.is_anything_due(at=at)
    end_reads()
    if not is_due or not _is_open(settings, at):
        return 0
    done = 0
    with _post(settings) as post:
        while done < BATCH_LETTERS and not stopping.is_set() and _send_one(post, settings):
            done += 1
    return done


def _send_one(post: Post, settings: Settings) -> bool:
    """Whether a letter was due and could be dealt with."""
    at = clock.now()
    taken = _take(at)
    if taken is None:
        return False
    claim, letter = taken
    if letter is None:
        return True
    tries, due_at, name = letter.tries, letter.send_at, str(letter.public_id)
    try:
        post.deliver(_composed(letter, settings, at))
    except MailServerAway as fault:
        current_app.extensions["outbox.rests_until"] = at + timedelta(seconds=REST_S)
        with transaction():
            actions.put_off(claim=claim, send_at=due_at, error=str(fault)[:ERROR_CHARACTERS])
        log.warning("mail server away", fault=str(fault))
        return False
    except NotTaken as refusal:
        _note_refusal(claim, refusal, tries=tries, at=at)
        log.warning("letter not taken", letter=name, for_good=refusal.for_good)
    else:
        with transaction():
            is_kept = emails.stays_in_the_house(settings)
            actions.note_sent(claim=claim, is_kept=is_kept, at=clock.now())
        log.info("letter sent", letter=name)
    return True


def _take(at: datetime) -> tuple[actions.Claim, Letter | None] | None:
    """A letter to send; none in its place when it was laid back or given up instead."""
    with transaction():
        taken = actions.claim(worker=WORKER, at=at, lease_s=LEASE_S)
        if taken is None:
            return None
        claim, letter = taken
        if letter.tries > rules.MAX_TRIES:
            actions.note_failed(claim=claim, error=rules.WORKER_DIED, send_at=None, at=at)
            return claim, None
        # It may have become due in the day and be taken up at night, when no worker ran between; or the
        # policy has become stricter since it was written.
        try:
            allowed_at = actions.allowed_at(letter=letter, at=at)
        except rules.ContactBudgetSpent as refusal:
            actions.wait_for_budget(claim=claim, letter=letter, free_at=refusal.free_at, at=at)
            return claim, None
        if allowed_at <= at:
            return claim, letter
        actions.put_off(claim=claim, send_at=allowed_at)
        return claim, None


def _composed(letter: Letter, settings: Settings, at: datetime) -> EmailMessage:
    try:
        return emails.compose(letter, sender=settings.mail_from, at=at)
    except (ValueError, IndexError, MessageError) as error:
        raise NotTaken(f"not an address: {type(error).__name__}", for_good=True) from error


def _note_refusal(claim: actions.Claim, refusal: NotTaken, *, tries: int, at: datetime) -> None:
    again = None if refusal.for_good else rules.retry_at(tries=tries, at=at)
    with transaction():
        actions.note_failed(claim=claim, error=str(refusal)[:ERROR_CHARACTERS], send_at=again, at=at)


def _is_open(settings: Settings, at: datetime) -> bool:
    """Whether letters can go anywhere: to the readable outbox, or to a mail server that is not resting."""
    if emails.stays_in_the_house(settings):
        return True
    rests_until: datetime | None = current_app.extensions.get("outbox.rests_until")
    return bool(settings.smtp_host) and (rests_until is None or rests_until <= at)


# --- Where letters go -------------------------------------------------------------------------


@contextmanager
def _post(settings: Settings) -> Iterator[Post]:
    if emails.stays_in_the_house(settings):
        yield ReadableOutbox()
        return
    post = MailServer(settings)
    try:
        yield post
    finally:
        post.close()


class ReadableOutbox:
    """The demo's post: a letter is delivered when it can be read at /outbox; nothing leaves."""

    def deliver(self, message: EmailMessage) -> None:
        """It lies there already."""


class MailServer:
    """One connection for a batch of letters, opened when the first one comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def deliver(self, message: EmailMessage) -> None:
        connection = self._connected()
        try:
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise NotTaken(_said(code, text), for_good=code >= PERMANENT) from error
        except smtplib.SMTPDataError as error:
            raise NotTaken(
                _said(error.smtp_code, error.smtp_error), for_good=error.smtp_code >= PERMANENT
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            # An address beyond ASCII, and a server that cannot write to it.
            raise NotTaken(str(error), for_good=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise MailServerAway(_kind(error)) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise MailServerAway(_kind(error)) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        host, port, tls = self._settings.smtp_host, self._settings.smtp_port, self._settings.smtp_tls
        if tls == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        else:
            connection = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        try:
            if tls == "starttls":
                # Refuses to go on in the clear where the server offers no encryption.
                connection.starttls(context=ssl.create_default_context())
            if self._settings.smtp_user:
                connection.login(self._settings.smtp_user, self._settings.smtp_password)
        except BaseException:
            connection.close()
            raise
        return connection


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"


def _kind(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


EACH_ROUND = (send_due,)
