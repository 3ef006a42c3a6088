"""Reading and sorting what arrived; no table is asked."""

import hashlib
from collections.abc import Collection, Sequence

from madoguchi.mail.values import Arrived, Looked
from madoguchi.post.file_names import safe_file_name
from madoguchi.post.message import Attachment, Message
from madoguchi.post.reading import read_message
from madoguchi.post.sorting import classify
from madoguchi.post.vocabulary import Trouble

FORWARDED = "message/rfc822"
CUT = {Trouble.TEXT_CUT, Trouble.HTML_CUT}


def look(arrived: Arrived, *, own_addresses: Collection[str], keys: Sequence[bytes]) -> Looked:
    message = read_message(arrived.raw)
    sorting = classify(message=message, own_addresses=own_addresses, envelope_sender=arrived.envelope_sender, keys=keys)
    return Looked(arrived=arrived, message=message, sorting=sorting, sameness=sameness_of(message))


def sameness_of(message: Message) -> str:
    """Return what two copies of one mail have in common, whichever box and way they came by.

    A Message-ID alone is not believed: some mailers give the same one to everything they send.
    """
    if not message.message_id:
        return message.fingerprint
    author = message.author.key if message.author else ""
    said = [message.message_id, author, str(message.date), message.subject, message.text, message.html]
    files = [f"{each.file_name}:{each.sha256}" for each in message.attachments]
    return hashlib.sha256("\0".join([*said, *files]).encode("utf-8", "replace")).hexdigest()


def kept_text(text: str, longest: int) -> str:
    """Return a stranger's text as every database takes it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:longest]


def forwarded_files(message: Message) -> list[Attachment]:
    """Return the messages inside one as files; those left out that have a file name and so are files already."""
    known = {each.sha256 for each in message.attachments if each.content_type.startswith("message/")}
    return [
        Attachment(
            file_name=safe_file_name(given=_file_name(each.subject), content_type=FORWARDED, number=number),
            content_type=FORWARDED, content=each.raw, content_id="", is_inline=False,
        )
        for number, each in enumerate(message.nested, start=1)
        if each.fingerprint not in known
    ]  # fmt: skip


def left_out(message: Message, *, text: str, text_length: int, most_bytes: int) -> list[str]:
    """Return what of a mail its ticket does not hold, a line for each thing: files by name and size, the text's rest.

    In Japanese, as it is kept in the ticket whatever language somebody reads it in.
    """
    lines = [
        f"・添付ファイル「{kept_text(each.file_name, 200)}」（{each.size:,}バイト）："
        + (f"上限の{most_bytes:,}バイトを超えています" if each.size else "空のファイルです")
        for each in (*message.attachments, *forwarded_files(message))
        if not 0 < each.size <= most_bytes
    ]
    if len(text) > text_length:
        lines.append(f"・本文：{len(text):,}文字のうち{text_length:,}文字より後")
    elif any(each.trouble in CUT for each in message.findings):
        lines.append(f"・本文：先頭の{len(text):,}文字より後")
    return lines


def _file_name(subject: str) -> str:
    stem = subject[:60].replace("/", "_").replace("\\", "_").strip(" ._")
    return f"{stem}.eml" if stem else ""
