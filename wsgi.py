"""The application for gunicorn and `flask`: `wsgi:app`."""

import sys

from portal.config import WrongSettings
from portal.factory import create_app

# With this status gunicorn gives up; with any other it would start the process again and again.
WRONG_SETTINGS_STATUS = 3

try:
    app = create_app()
except WrongSettings as wrong:
    sys.stderr.write(f"Rapport does not start with these settings:\n{wrong}\n")
    sys.exit(WRONG_SETTINGS_STATUS)
