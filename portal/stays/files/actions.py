"""Keeping an uploaded file until the worker has read it."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from portal.stays.files.rules import FileRefused


def keep(stream: BinaryIO, *, public_id: uuid.UUID) -> None:
    """Write a file to the place that all processes share."""
    path = _path(public_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file)


@contextmanager
def opened(public_id: uuid.UUID) -> Iterator[BinaryIO]:
    """A kept file. Raises `FileRefused` where it is no longer there."""
    try:
        file = _path(public_id).open("rb")
    except FileNotFoundError:
        raise FileRefused("file_gone") from None
    with file:
        yield file


def remove(public_id: uuid.UUID) -> None:
    """Drop a file; one that is gone already is as good."""
    _path(public_id).unlink(missing_ok=True)


def _path(public_id: uuid.UUID) -> Path:
    folder: Path = current_app.extensions["settings"].upload_dir
    return folder / "imports" / str(public_id)
