"""Where to go next: only to addresses of our own."""

from urllib.parse import urlsplit

from flask import request, url_for


def is_ours(target: str) -> bool:
    """Whether an address stays on this site: a path, with no host and no scheme."""
    parts = urlsplit(target)
    plain = not any(character in target for character in "\\\r\n\t")
    return (
        plain
        and target.startswith("/")
        and not target.startswith("//")
        and not parts.scheme
        and not parts.netloc
    )


def back(default: str = "web.home") -> str:
    """The `next` of the form or address where it is ours, else the default page."""
    target = request.form.get("next") or request.args.get("next") or ""
    return target if is_ours(target) else url_for(default)
