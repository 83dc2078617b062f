"""The application for gunicorn and `flask`: `wsgi:app`."""

from portal.config import settings_or_exit
from portal.factory import create_app

app = create_app(settings_or_exit())
