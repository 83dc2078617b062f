"""A hotel with a housekeeping department, where Olga works."""

from tests.staff.board.conftest import catalogue, housekeeping, olga

__all__ = ["catalogue", "housekeeping", "olga"]
