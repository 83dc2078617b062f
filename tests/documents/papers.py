"""Reading a PDF as its readers would: the file's faults against PDF/UA-1, its structure, its text."""

import re
import shutil
import subprocess

import page as validator
import pytest


def faults(pdf: bytes) -> list[str]:
    """What a PDF/UA-1 validator finds."""
    report = validator.validate_pdf_bytes(pdf, profile="ua1")
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def structure(pdf: bytes) -> str:
    """The structure with its text, in reading order."""
    return _poppler("pdfinfo", "-struct-text", "-", given=pdf)


def words(pdf: bytes) -> str:
    """The text in reading order, spaces made one."""
    return re.sub(r"\s+", " ", _poppler("pdftotext", "-layout", "-", "-", given=pdf))


def pages(pdf: bytes) -> int:
    found = re.search(r"^Pages:\s+(\d+)", _poppler("pdfinfo", "-", given=pdf), re.MULTILINE)
    assert found is not None
    return int(found.group(1))


def _poppler(*command: str, given: bytes) -> str:
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is missing: install poppler-utils (bin/test does where it may).")
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode()
