"""The telephone systems to listen to: a file of the installation, read at the start and refused by name."""

from dataclasses import dataclass
from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.reader import Reader, parse_toml

TLS_PORT, PLAIN_PORT, LAST_PORT = 5039, 5038, 65_535


@dataclass(frozen=True, kw_only=True, slots=True)
class Telephone:
    """One PBX: where its manager interface is, and which of its queues serve which contract (by key)."""

    name: str
    host: str
    port: int
    account: str
    secret: str
    has_tls: bool
    queues: tuple[tuple[str, str], ...]


def read_telephones(path: Path, *, secret: str) -> tuple[Telephone, ...]:
    """Read the file. `secret` is the environment's, for those without a secret_file. Raises InvalidInputError."""
    problems: list[Problem] = []
    try:
        table = parse_toml(str(path), path.read_text(encoding="utf-8-sig"), problems)
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(where=str(path), key="", given=f"cannot be read: {error}", allowed="a TOML file")
        raise InvalidInputError([problem]) from error
    if table is None:
        raise InvalidInputError(problems)
    reader = Reader(file=path.name, table=table, problems=problems)
    found = tuple(_telephone(each, folder=path.parent, secret=secret) for each in reader.children("pbx"))
    if not found and not problems:
        reader.report("pbx", given="none", allowed="at least one [[pbx]]")
    reader.finish()
    if problems:
        raise InvalidInputError(problems)
    return found


def _telephone(reader: Reader, *, folder: Path, secret: str) -> Telephone:
    has_tls = reader.flag("tls", default=True)
    queues = reader.child("queues")
    served = tuple((name, queues.text(name)) for name in queues.table) if queues else ()
    if not served:
        reader.report("queues", given="none", allowed='queue = contract, such as main = "helpdesk"')
    telephone = Telephone(
        name=reader.identifier("name"), host=reader.text("host", required=True),
        port=reader.integer(
            "port", default=TLS_PORT if has_tls else PLAIN_PORT, minimum=1, maximum=LAST_PORT
        ),
        account=reader.text("account", required=True), secret=_secret(reader, folder=folder, default=secret),
        has_tls=has_tls, queues=served,
    )  # fmt: skip
    for key, value in (("host", telephone.host), ("account", telephone.account)):
        if any(each.isspace() or not each.isprintable() for each in value):
            reader.report(key, given=repr(value), allowed="a text without spaces and control signs")
    reader.finish()
    return telephone


def _secret(reader: Reader, *, folder: Path, default: str) -> str:
    name = reader.text("secret_file")
    found = default
    if name:
        try:
            found = (folder / name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reader.report("secret_file", given=f"{name}: {error}", allowed="a file that can be read")
            return ""
    if not found or not found.isprintable():
        reader.report("secret_file", given="no secret", allowed="a file with the secret, or MADOGUCHI_AMI_SECRET")
    return found
