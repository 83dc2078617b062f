"""The stocked house of the bookings, and limits on Acme's bookers."""

from tests.corporate.approvals.conftest import limit  # noqa: F401 -- a fixture of the room beside
from tests.corporate.bookings.conftest import book, catalogue, gold  # noqa: F401 -- fixtures of the room beside
