"""Settings from the environment: each wrong one is refused by name, in a line that tells the remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import DEMO_SECRET, Settings, WrongSettings, load_settings

ROOT = Path(__file__).parent.parent
SECRET = "a-secret-of-sixteen-characters-and-more"
PRODUCTION = {"SECRET_KEY": SECRET, "DATABASE_URL": "postgresql://rapport:word@db.example/rapport"}
GUNICORN = ("gunicorn", "--bind", "127.0.0.1:0", "wsgi:app")
VARIABLES = tuple(name.upper() for name in Settings.model_fields)


@pytest.fixture
def environment(monkeypatch):
    """Set these variables and no other of ours: `environment(DEBUG="1")`."""

    def put(**variables):
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


def lines_of_refusal():
    with pytest.raises(WrongSettings) as refusal:
        load_settings()
    return str(refusal.value).splitlines()


class TestProduction:
    def test_starts_with_a_secret_and_a_database(self, environment):
        environment(**PRODUCTION)

        settings = load_settings()

        assert settings.portal_mode == "production"
        assert settings.database_url == "postgresql+psycopg://rapport:word@db.example/rapport"
        assert settings.effective_secret == SECRET

    @pytest.mark.parametrize("secret", ["", "short", "x" * 15, DEMO_SECRET])
    def test_refuses_a_secret_that_is_none(self, environment, secret):
        environment(**PRODUCTION | {"SECRET_KEY": secret})

        (line,) = lines_of_refusal()

        assert line.startswith("SECRET_KEY: set at least 16 random characters")

    def test_takes_a_secret_of_sixteen_characters(self, environment):
        environment(**PRODUCTION | {"SECRET_KEY": "x" * 16})

        assert load_settings().effective_secret == "x" * 16

    @pytest.mark.parametrize("word", ["1", "true", "on"])
    def test_refuses_to_debug(self, environment, word):
        environment(**PRODUCTION, DEBUG=word)

        assert lines_of_refusal() == ["DEBUG: must be off in production"]

    def test_refuses_to_fall_back_to_sqlite_without_being_told_so(self, environment):
        environment(SECRET_KEY=SECRET)

        (line,) = lines_of_refusal()

        assert line.startswith("DATABASE_URL: set a PostgreSQL address, or ALLOW_SQLITE=1")

    @pytest.mark.parametrize(
        "told", [{"ALLOW_SQLITE": "1"}, {"DATABASE_URL": "sqlite:///instance/rapport.sqlite3"}]
    )
    def test_takes_sqlite_when_told_so(self, environment, told):
        environment(SECRET_KEY=SECRET, **told)

        assert load_settings().is_sqlite

    def test_names_everything_that_is_wrong_at_once(self, environment):
        environment(DEBUG="1")

        names = [line.split(":")[0] for line in lines_of_refusal()]

        assert names == ["SECRET_KEY", "DEBUG", "DATABASE_URL"]


class TestEachSetting:
    @pytest.mark.parametrize(
        ("name", "value", "remedy"),
        [
            ("PORTAL_MODE", "staging", "'production', 'demo' or 'test'"),
            ("DATABASE_URL", "rapport.sqlite3", "sqlite:///PATH or postgresql://"),
            ("DATABASE_URL", "mysql://rapport@db.example/rapport", "only SQLite and PostgreSQL"),
            ("ALLOW_SQLITE", "perhaps", "boolean"),
            ("DEBUG", "perhaps", "boolean"),
            ("BASE_URL", "rapport.example", "like https://rapport.example"),
            ("BASE_URL", "ftp://rapport.example", "like https://rapport.example"),
            ("BASE_URL", "https://rapport.example/portal/", "without a path"),
            ("LANGUAGES", "en,de", "en, ru or both"),
            ("LANGUAGES", "", "en, ru or both"),
            ("LANGUAGES", "en,en", "en, ru or both"),
            ("TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
            ("TRUSTED_PROXIES", "6", "less than or equal to 5"),
            ("TRUSTED_PROXIES", "one", "integer"),
            ("SMTP_PORT", "0", "greater than or equal to 1"),
            ("SMTP_PORT", "65536", "less than or equal to 65535"),
            ("SMTP_TLS", "ssl", "'starttls', 'tls' or 'none'"),
            ("MAIL_FROM", "Rapport", "NAME <ADDRESS>"),
            ("MAIL_FROM", "Rapport <nobody>", "NAME <ADDRESS>"),
            ("MAX_UPLOAD_MIB", "0", "greater than or equal to 1"),
            ("MAX_UPLOAD_MIB", "1025", "less than or equal to 1024"),
            ("LOG_LEVEL", "LOUD", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
            ("LOG_FORMAT", "xml", "'json' or 'console'"),
            ("GROUP_NAME", " ", "the group's name"),
            ("RATELIMIT_STORAGE", "somewhere", "unknown storage scheme"),
        ],
    )
    def test_that_is_wrong_is_refused_in_one_line_with_its_remedy(self, environment, name, value, remedy):
        environment(**{"PORTAL_MODE": "demo"} | {name: value})

        (line,) = lines_of_refusal()

        assert line.startswith(f"{name}: ")
        assert remedy in line
        assert "\N{BULLET}" not in line

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TRUSTED_PROXIES", "0"),
            ("TRUSTED_PROXIES", "5"),
            ("SMTP_PORT", "1"),
            ("SMTP_PORT", "65535"),
            ("MAX_UPLOAD_MIB", "1"),
            ("MAX_UPLOAD_MIB", "1024"),
            ("LANGUAGES", "ru"),
            ("LANGUAGES", "ru, en"),
            ("BASE_URL", "https://rapport.example"),
            ("BASE_URL", "https://rapport.example/"),
            ("MAIL_FROM", "rapport@circle.example"),
        ],
    )
    def test_at_its_limit_is_taken(self, environment, name, value):
        environment(**{"PORTAL_MODE": "demo"} | {name: value})

        load_settings()

    def test_of_a_public_address_loses_its_last_stroke(self, environment):
        environment(PORTAL_MODE="demo", BASE_URL="https://rapport.example/")

        assert load_settings().base_url == "https://rapport.example"

    def test_is_told_in_the_readme(self):
        told = (ROOT / "README.md").read_text(encoding="utf-8")

        assert [name for name in VARIABLES if f"`{name}`" not in told] == []

    def test_tells_no_secret_in_its_refusal(self, environment):
        environment(**PRODUCTION | {"DATABASE_URL": "postgresql://rapport:hidden@/x y:z"}, SMTP_TLS="ssl")

        assert "hidden" not in "\n".join(lines_of_refusal())


class TestStarting:
    def start(self, *command, **variables):
        kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=kept | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @pytest.mark.parametrize(
        "command",
        [("flask", "--app", "wsgi", "routes"), GUNICORN],
        ids=["flask", "gunicorn"],
    )
    def test_with_wrong_settings_ends_with_their_lines_and_no_traceback(self, command):
        ended = self.start(*command, SMTP_TLS="ssl", PORTAL_MODE="demo")

        assert ended.returncode == 3
        assert "SMTP_TLS: " in ended.stderr
        assert "Traceback" not in ended.stderr

    def test_with_wrong_settings_brings_no_worker_of_the_server_to_life(self):
        """A worker's end and the birth of the next would race: the master would end in one way or another."""
        ended = self.start(*GUNICORN, "--workers", "4", SMTP_TLS="ssl", PORTAL_MODE="demo")

        assert ended.returncode == 3
        assert ended.stderr.count("SMTP_TLS: ") == 1
        assert "Booting worker" not in ended.stderr
