"""Environment variables read by kind; a wrong or unknown one stops the start by name."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from madoguchi.core.errors import InvalidInputError, Problem

PREFIX = "MADOGUCHI_"
KNOWN = {
    "MADOGUCHI_DATABASE": "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME (default: a file in the data folder)",
    "MADOGUCHI_DATA": "the folder for the database, files and anchors (default: ./data)",
    "MADOGUCHI_SECRET_KEY": "at least 32 characters; made and kept in the data folder when missing",
    "MADOGUCHI_HOSTS": "host names the desk answers to, separated by commas (default: localhost,127.0.0.1)",
    "MADOGUCHI_DEBUG": "yes or no (default: no)",
    "MADOGUCHI_HTTPS": "yes when browsers reach the desk by https (default: no)",
    "MADOGUCHI_ADDRESS": "where people reach the desk, for links in mails (default: http://FIRST HOST:8000)",
    "MADOGUCHI_MAIL_URL": "smtp://USER:PASSWORD@HOST:PORT, smtps, smtp+starttls, console or files (default: files)",
    "MADOGUCHI_MAIL_FROM": "the address mail is sent from",
    "MADOGUCHI_MAIL_SECRETS": "the folder of the boxes' passwords, files CONTRACT/BOX (default: DATA/secrets/mail)",
    "MADOGUCHI_TELEPHONES": "the file (TOML) of the telephone systems to listen to (default: none)",
    "MADOGUCHI_AMI_SECRET": "the secret of telephone systems that name no secret_file",
    "MADOGUCHI_PRIVATE_TARGETS": "private networks webhooks may go to, e.g. 10.1.0.0/16,192.0.2.0/24 (default: none)",
    "MADOGUCHI_SILENT_HOURS": "hours of opening (1 to 1000) until a silent source is an alarm (default: as usual)",
    "MADOGUCHI_OIDC_ISSUER": "the identity provider's address (OpenID Connect)",
    "MADOGUCHI_OIDC_CLIENT": "the client id given by the identity provider",
    "MADOGUCHI_OIDC_SECRET": "the client secret given by the identity provider",
    "MADOGUCHI_LDAP_URL": "ldap://HOST or ldaps://HOST",
    "MADOGUCHI_LDAP_USER_DN": "the pattern of a person's name there, e.g. uid=%(user)s,ou=people,dc=example",
    "MADOGUCHI_LDAP_START_TLS": "yes or no (default: yes; not asked with ldaps://)",
    "MADOGUCHI_LDAP_CA_FILE": "the file of the certificate authority the directory is known by (default: the system's)",
}
"""Variables of the tests and the build that settings do not read."""
ELSEWHERE = {"MADOGUCHI_CI", "MADOGUCHI_SHARED"}


class Variables:
    """The environment as settings read it; all problems are collected and raised together by `finish`."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.environment = os.environ if environment is None else environment
        self.problems: list[Problem] = []

    def text(self, name: str, *, default: str = "") -> str:
        return self.environment.get(name, default)

    def needed(self, name: str, *, by: str) -> str:
        """Return a variable that another one makes necessary."""
        given = self.text(name)
        if not given:
            self.report(name, f"missing, though {by} is set")
        return given

    def flag(self, name: str, *, default: bool) -> bool:
        given = self.environment.get(name)
        words = {"yes": True, "no": False}
        if given is not None and given not in words:
            self.report(name, f"given {given!r}")
        return default if given is None else words.get(given, default)

    def address(self, name: str, *, default: str) -> str:
        """Return the beginning of the desk's own addresses: scheme and host, no path."""
        given = self.environment.get(name)
        parts = urlsplit(given or default)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            self.report(name, f"given {given!r}")
        return f"{parts.scheme}://{parts.netloc}"

    def folder(self, name: str, *, default: Path) -> Path:
        return Path(self.environment.get(name) or default).absolute()

    def file(self, name: str) -> Path | None:
        """Return a file that must be there, None where the variable is not set."""
        given = self.environment.get(name)
        if given and not Path(given).is_file():
            self.report(name, f"given {given!r}, which is no file")
        return Path(given).absolute() if given else None

    def names(self, name: str, *, default: list[str]) -> list[str]:
        given = self.environment.get(name)
        return default if given is None else [each.strip() for each in given.split(",") if each.strip()]

    def whole(self, name: str, *, most: int) -> int | None:
        """Return a whole number from 1, None where the variable is not set."""
        given = self.environment.get(name)
        if not given:
            return None
        if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= most):
            self.report(name, f"given {given!r}")
            return None
        return int(given[:9])

    def networks(self, name: str) -> list[str]:
        """Return networks as texts, each with no bit beyond its mask."""
        given = self.names(name, default=[])
        for each in given:
            try:
                ip_network(each)
            except ValueError:
                self.report(name, f"given {each!r}")
        return given

    def database(self, name: str, *, default: Path) -> dict[str, object]:
        """Return Django's description of a database given as one address."""
        given = self.environment.get(name) or f"sqlite:///{default}"
        parts = urlsplit(given)
        if parts.scheme == "sqlite" and parts.path.strip("/"):
            return sqlite(Path(unquote(parts.path[1:])))
        if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
            options = dict(parse_qsl(parts.query))
            host = options.pop("host", "") or unquote(parts.hostname or "")
            return postgresql(
                name=unquote(parts.path.strip("/")), user=unquote(parts.username or ""),
                password=unquote(parts.password or ""), host=host, port=str(parts.port or ""), options=options,
            )  # fmt: skip
        self.report(name, f"given {parts.scheme or 'nothing'}://…")
        return sqlite(default)

    def finish(self) -> None:
        """Raise InvalidInputError where a variable was wrong or is not known."""
        for name in sorted(self.environment):
            if name.startswith(PREFIX) and name not in KNOWN and name not in ELSEWHERE:
                allowed = "one of " + ", ".join(KNOWN)
                self.problems.append(Problem(where="environment", key=name, given="not known", allowed=allowed))
        if self.problems:
            raise InvalidInputError(self.problems)

    def report(self, name: str, given: str) -> None:
        self.problems.append(Problem(where="environment", key=name, given=given, allowed=KNOWN[name]))


def sqlite(path: Path) -> dict[str, object]:
    """Return SQLite as a server needs it: readers beside one writer, writers waiting instead of failing."""
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
        "PRAGMA mmap_size=134217728; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        "CONN_MAX_AGE": None,
    }


def postgresql(
    *, name: str, user: str, password: str, host: str, port: str, options: Mapping[str, str]
) -> dict[str, object]:
    return {
        "ENGINE": "madoguchi.prepared.postgresql",
        "NAME": name, "USER": user, "PASSWORD": password, "HOST": host, "PORT": port,
        "OPTIONS": {"application_name": "madoguchi", **options},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }  # fmt: skip
