"""The application for gunicorn and `flask`: `wsgi:app`."""

from portal.factory import create_app

app = create_app()
