"""Which ticket a message belongs to: a decision on values, with its reasons."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from madoguchi.post.addresses import parse_addresses
from madoguchi.post.message import Message
from madoguchi.post.tokens import (
    EXTENSION,
    base_address,
    canonical,
    read_address,
    read_message_id,
    read_subject_tags,
    read_text,
)
from madoguchi.post.vocabulary import Basis

ENVELOPE_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownThreads:
    """What the desk knows: the ticket of a Message-ID, and who takes part in a ticket (None where there is none)."""

    reference_of: Callable[[str], str | None]
    participants_of: Callable[[str], Collection[str] | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """The ticket a message is attached to and by what; `refused` says which signs were not believed.

    `is_from_participant` is False for a newcomer, to whom somebody passed the mail: attach, but disclose nothing.
    """

    reference: str | None
    basis: Basis | None
    is_from_participant: bool
    refused: tuple[str, ...]


def find_thread(
    *, message: Message, known: KnownThreads, keys: Sequence[bytes], own_addresses: Collection[str]
) -> Thread:
    """Believe references to messages we know, then our own signatures; a bare tag only from who takes part already."""
    own = {base_address(each) for each in own_addresses}
    refused = tuple(_refused(message, known, keys, own))
    for reference, basis in _signs(message, known, keys, own):
        if known.participants_of(reference) is not None:
            takes_part = _takes_part(message, known, reference)
            return Thread(reference=reference, basis=basis, is_from_participant=takes_part, refused=refused)
    return Thread(reference=None, basis=None, is_from_participant=False, refused=refused)


def _signs(
    message: Message, known: KnownThreads, keys: Sequence[bytes], own: Collection[str]
) -> Iterator[tuple[str, Basis]]:
    """Yield what the message may belong to, the strongest sign first."""
    identifiers = tuple(dict.fromkeys((*message.in_reply_to, *reversed(message.references))))
    for identifier in identifiers:
        reference = known.reference_of(identifier)
        if reference is not None:
            yield canonical(reference), Basis.REFERENCES
    for identifier in identifiers:
        reference = read_message_id(message_id=identifier, keys=keys)
        if reference is not None:
            yield reference, Basis.SIGNED_MESSAGE_ID
    for address in _recipients(message):
        reference = read_address(address=address, mailboxes=own, keys=keys)
        if reference is not None:
            yield reference, Basis.SIGNED_ADDRESS
    for reference in read_text(text=f"{message.subject}\n{message.text}", keys=keys):
        yield reference, Basis.SIGNED_TEXT
    for reference in read_subject_tags(message.subject):
        if _takes_part(message, known, reference):
            yield reference, Basis.SUBJECT_TAG


def _recipients(message: Message) -> Iterator[str]:
    yield from (each.address for each in (*message.to, *message.cc))
    for name in ENVELOPE_HEADERS:
        for value in message.header_values(name)[:5]:
            yield from (each.address for each in parse_addresses(text=value, limit=20))


def _takes_part(message: Message, known: KnownThreads, reference: str) -> bool:
    participants = known.participants_of(reference)
    if participants is None or message.author is None or len(message.authors) != 1:
        return False
    return message.author.key in {each.casefold() for each in participants}


def _refused(message: Message, known: KnownThreads, keys: Sequence[bytes], own: Collection[str]) -> Iterator[str]:
    for address in _recipients(message):
        extension = address.rpartition("@")[0].partition("+")[2]
        is_signed = base_address(address) in own and EXTENSION.match(extension)
        if is_signed and read_address(address=address, mailboxes=own, keys=keys) is None:
            yield f"address {address}: wrong signature"
    for reference in read_subject_tags(message.subject):
        if not _takes_part(message, known, reference):
            author = message.author.address if message.author else "nobody"
            yield f"subject tag {reference}: {author} takes no part in that ticket"
