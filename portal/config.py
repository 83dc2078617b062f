"""Settings, read from the environment once, refused by name when they are wrong."""

import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DEMO_SECRET = "demo-secret-that-production-refuses"  # noqa: S105 -- known to all, and refused outside demo mode
MINIMUM_SECRET_CHARACTERS = 16
# With this status gunicorn gives up; with any other it would start the process again and again.
WRONG_SETTINGS_STATUS = 3


class WrongSettings(ValueError):
    """One or more settings are wrong; the message names each variable and its remedy."""


class Settings(BaseSettings):
    """The portal's settings; README.md has the same list in prose.

    Attributes
    ----------
    portal_mode:
        `production` (the default), `demo` (sign-ins on the sign-in page, outbox instead of
        SMTP) or `test`.
    database_url:
        `sqlite:///PATH` or `postgresql://…` (psycopg 3).
    trusted_proxies:
        How many reverse proxies stand in front and set X-Forwarded-*.
    """

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    portal_mode: Literal["production", "demo", "test"] = "production"
    database_url: str = "sqlite:///instance/rapport.sqlite3"
    allow_sqlite: bool = False
    secret_key: str = ""
    debug: bool = False
    base_url: str = "http://127.0.0.1:8000"
    group_name: str = "Maison Circle"
    languages: Annotated[tuple[str, ...], NoDecode] = ("en", "ru")
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = "Rapport <rapport@localhost>"
    max_upload_mib: int = Field(default=32, ge=1, le=1024)
    upload_dir: Path = Path("instance/uploads")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    ratelimit_storage: str = "memory://"

    @field_validator("languages", mode="before")
    @classmethod
    def _split_languages(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(value) - {"en", "ru"}
        if unknown or not value or len(set(value)) < len(value):
            message = "use en, ru or both, separated by a comma"
            raise ValueError(message)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            message = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
            raise ValueError(message) from None
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            message = "only SQLite and PostgreSQL are supported"
            raise ValueError(message)
        if url.get_backend_name() == "postgresql":
            value = url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return value

    @field_validator("base_url")
    @classmethod
    def _public_address(cls, value: str) -> str:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname
        if not is_whole or parts.path not in {"", "/"} or parts.query or parts.fragment:
            message = "write the public address without a path, like https://rapport.example"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("group_name")
    @classmethod
    def _some_name(cls, value: str) -> str:
        if not value.strip():
            message = "write the group's name, as pages and letters shall print it"
            raise ValueError(message)
        return value.strip()

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        _name, address = parseaddr(value)
        if not all(address.partition("@")):
            message = "write NAME <ADDRESS>, or an address alone"
            raise ValueError(message)
        return value

    @field_validator("ratelimit_storage")
    @classmethod
    def _known_storage(cls, value: str) -> str:
        try:
            storage_from_string(value)
        except (ConfigurationError, ValueError) as error:
            message = f"cannot be used: {error}"
            raise ValueError(message) from None
        return value

    @model_validator(mode="after")
    def _fit_for_the_mode(self) -> Self:
        if self.portal_mode != "production":
            return self
        problems = []
        if self.secret_key in {"", DEMO_SECRET} or len(self.secret_key) < MINIMUM_SECRET_CHARACTERS:
            problems.append(
                f"SECRET_KEY: set at least {MINIMUM_SECRET_CHARACTERS} random characters, "
                "e.g. from `python -c 'import secrets; print(secrets.token_urlsafe(48))'`"
            )
        if self.debug:
            problems.append("DEBUG: must be off in production")
        if self.is_sqlite and not self.allow_sqlite and "database_url" not in self.model_fields_set:
            problems.append(
                "DATABASE_URL: set a PostgreSQL address, or ALLOW_SQLITE=1 to run on SQLite knowingly"
            )
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def is_sqlite(self) -> bool:
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def is_demo(self) -> bool:
        return self.portal_mode == "demo"

    @property
    def effective_secret(self) -> str:
        """The secret to sign with; only demo and test may fall back to the known one."""
        return self.secret_key or DEMO_SECRET


def load_settings(**overrides: object) -> Settings:
    """Read the environment; raise `WrongSettings` with one line for each wrong variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # values are validated by pydantic
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            text = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {text}" if name else text)
        raise WrongSettings("\n".join(lines)) from None


def settings_or_exit() -> Settings:
    """The settings of a process that starts; wrong ones are said and end it, without a traceback."""
    try:
        return load_settings()
    except WrongSettings as wrong:
        sys.stderr.write(f"Rapport does not start with these settings:\n{wrong}\n")
        sys.exit(WRONG_SETTINGS_STATUS)
