"""The stocked house of the bookings."""

from tests.corporate.bookings.conftest import book, catalogue, gold  # noqa: F401 -- fixtures of the room beside
