"""The figures of all relationships, rolled up as the worker does it."""

from portal.database import db, transaction
from portal.insight.relationship import actions, queries
from tests.cast import NOW

TODAY = NOW.date()
SECRET = (
    "Silence", "asleep", "Nora Lind", "one-off", "Five signs", "open case", "Frequency", "Rhythm",
    "Молчание", "уснул", "Частота", "Пять признаков", "Ритм", "открытое обращение", "разовых клиентов",
)  # fmt: skip
"""Words of the hotel's edition, none of which the client reads in either language."""
SILENT = ("silent", "gone", "молчит", "последней покупки")
"""What a client that fell silent must not read."""


def roll_up(day=TODAY):
    measured = queries.everybody(as_of=day)
    db.session.rollback()
    with transaction():
        return actions.keep_profiles(measured=measured, as_of=day, at=NOW)
