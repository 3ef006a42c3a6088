"""How a row of history is hashed, and what a broken chain looks like."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

INSTALLATION = "installation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of history as it is hashed; `details` is canonical JSON."""

    chain: str
    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    details: str
    previous_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong in a chain, at one number."""

    chain: str
    number: int
    what: str


def canonical(details: Mapping[str, object]) -> str:
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def row_hash(row: Row) -> str:
    """Return SHA-256 over the row's fields, each with its length, so that no two rows read the same."""
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (
        row.chain, str(row.number), moment, row.actor, row.act, row.subject, row.details, row.previous_hash,
    )  # fmt: skip
    digest = hashlib.sha256()
    for field in fields:
        data = field.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def chain_faults(rows: Iterable[tuple[Row, str]], *, chain: str, anchors: Mapping[int, str]) -> Iterator[Fault]:
    """Yield what is wrong in one chain's rows, given in order with their stored hashes.

    `anchors` are the hashes written outside the table: a row they name must be there and be the same.
    """
    expected, previous, ended = 1, "", 0
    for row, stored in rows:
        if row.number != expected:
            yield Fault(chain=chain, number=expected, what=f"missing; the next row there is number {row.number}")
        elif row.previous_hash != previous:
            yield Fault(chain=chain, number=row.number, what="does not hang on the row before it")
        if row_hash(row) != stored:
            yield Fault(chain=chain, number=row.number, what="its content is not what was written")
        if anchors.get(row.number, stored) != stored:
            yield Fault(chain=chain, number=row.number, what="differs from its anchor outside the table")
        expected, previous, ended = row.number + 1, stored, row.number
    beyond = [number for number in anchors if number > ended]
    if beyond:
        what = f"rows up to number {max(beyond)} were anchored; the table ends at {ended}"
        yield Fault(chain=chain, number=ended + 1, what=what)
