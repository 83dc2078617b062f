"""Who may pass which door, and which door stands before which endpoint. Equal to the URL map.

A new page is added in two lines at the most, in the file of its floor: its endpoint with its door,
and the door, if it is new, with the roles that pass. A door is named by its room and its function:
`portal/stays/imports/access.py: imports` is `stays.imports.imports`.

The test (tests/architecture/test_doors.py) prints the lines that are missing.
"""

from tests.permissions import corporate, ground, insight, programme, staff, surveys

FLOORS = (insight, staff, corporate, surveys, programme, ground)

DOORS: dict[str, frozenset[str]] = {name: roles for floor in FLOORS for name, roles in floor.DOORS.items()}
ENDPOINTS: dict[str, str] = {name: door for floor in FLOORS for name, door in floor.ENDPOINTS.items()}
