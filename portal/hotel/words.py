"""What the settings of the group are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.engine import make_url

from portal.config import Settings

UNKNOWN_ZONE = _l("There is no such time zone. Look it up in the IANA list, e.g. Europe/Moscow.")

AUDIT_SUBJECTS: dict[str, LazyString] = {"property": _l("Property")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "property.open": _l("Property added"),
    "property.change": _l("Property changed"),
}

MODES: dict[str, LazyString] = {
    "production": _l("production"),
    "demo": _l("demo"),
    "test": _l("test"),
}


def environment_facts(settings: Settings) -> list[tuple[str, str]]:
    """The settings of the environment in words, without a secret among them."""
    url = make_url(settings.database_url)
    database = {"sqlite": "SQLite"}.get(url.get_backend_name(), "PostgreSQL")
    where = f" · {url.host}" if url.host else ""
    mail = (
        f"{settings.smtp_host}:{settings.smtp_port} · {settings.smtp_tls}"
        if settings.smtp_host
        else _("none: letters stay in the outbox")
    )
    return [
        (_("Mode"), str(MODES[settings.portal_mode])),
        (_("Address of the portal"), settings.base_url),
        (_("Database"), database + where),
        (_("Languages"), ", ".join(settings.languages)),
        (_("Mail server"), mail),
        (_("Letters come from"), settings.mail_from),
        (_("Largest upload"), _("%(count)s MiB", count=settings.max_upload_mib)),
        (_("Reverse proxies in front"), str(settings.trusted_proxies)),
        (_("Logs"), f"{settings.log_level} · {settings.log_format}"),
    ]
