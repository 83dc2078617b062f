"""Sending files as a browser does."""

import io

from portal.database import db
from portal.stays.models import Import
from tests.web.client import PortalClient, PortalResponse

LIST = "/stays/imports"


def upload(client: PortalClient, content: bytes, *, name: str = "stays.csv", **values: str) -> PortalResponse:
    data = {"file": (io.BytesIO(content), name), "source": "canonical", **values}
    return client.post(LIST, data=data, content_type="multipart/form-data")


def the_import() -> Import:
    return db.session.query(Import).one()


def address(offered: Import) -> str:
    return f"{LIST}/{offered.public_id}"
