"""Reading and sorting what arrived; no table is asked."""

from collections.abc import Collection, Sequence

from madoguchi.mail.values import Arrived, Looked
from madoguchi.post.reading import read_message
from madoguchi.post.sorting import classify


def look(arrived: Arrived, *, own_addresses: Collection[str], keys: Sequence[bytes]) -> Looked:
    message = read_message(arrived.raw)
    sorting = classify(message=message, own_addresses=own_addresses, envelope_sender=arrived.envelope_sender, keys=keys)
    return Looked(arrived=arrived, message=message, sorting=sorting)


def kept_text(text: str, longest: int) -> str:
    """Return a stranger's text as every database takes it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:longest]
