"""The text of an attached file, as far as a program can read it: plain text, office files, PDF, mails."""

import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.post.message import Message
from madoguchi.post.reading import read_message

if TYPE_CHECKING:
    from pypdf import PageObject

MAX_PAGES, MAX_MEMBERS, MAX_UNPACKED = 1_000, 2_000, 200_000_000
TAG = re.compile(r"<[^>]*>")
XML = (".xml", ".rels", ".opf", ".xhtml", ".html")
# a file that begins with two lines of a header and more is a mail
MAIL_LINE = re.compile(rb"\A(?:[A-Za-z][A-Za-z-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}\r?\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What was read of a file; it is not whole where something else may stand in it: a picture, a locked part."""

    text: str = ""
    is_whole: bool = False


def read_file(content: bytes) -> Read:
    """Return what a program can read of a file."""
    if content.startswith(b"%PDF"):
        return _pdf(content)
    if content.startswith(b"PK"):
        return _office(content)
    text = _plain(content)
    if text is None:
        return Read()
    if MAIL_LINE.match(content):
        message = read_message(content)
        is_whole = all(read_file(each.content).is_whole for each in message.attachments) and not message.nested
        return Read(text="\n".join((text, *said_in(message))), is_whole=is_whole)
    return Read(text=text, is_whole=True)


def said_in(message: Message) -> Iterator[str]:
    """Yield every text of a message, its files' as far as they can be read."""
    yield from (message.subject, message.text, message.html)
    yield from (value for _name, value in (*message.headers, *message.returned_headers))
    for each in (*message.authors, *message.reply_to, *message.to, *message.cc):
        yield from (each.name, each.address)
    for file in message.attachments:
        yield from (file.file_name, file.content.decode("utf-8", "replace"), file.content.decode("cp932", "replace"))
        yield read_file(file.content).text
    for inner in message.nested:
        yield from said_in(inner)


def _pdf(content: bytes) -> Read:
    """Return what stands on a PDF's pages; nothing of a locked or broken one. One with pictures is not whole."""
    from pypdf import PdfReader  # noqa: PLC0415  # 5 MiB that only who reads a PDF pays for
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted or len(reader.pages) > MAX_PAGES:
            return Read()
        text, has_pictures = (
            "\n".join(page.extract_text() for page in reader.pages),
            any(_shows(page) for page in reader.pages),
        )
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, zlib.error):
        return Read()
    # lines are broken anywhere, and signs come as their look-alikes
    text = unicodedata.normalize("NFKC", text)
    return Read(text=f"{text}\n{''.join(text.split())}", is_whole=bool(text.strip()) and not has_pictures)


def _shows(page: "PageObject") -> bool:
    """Return whether a page refers to a picture or a form drawn on it."""
    resources = page.get("/Resources")
    return bool(resources and resources.get_object().get("/XObject"))


def _office(content: bytes) -> Read:
    """Return the texts of a file that is a packed folder of XML, such as Word, Excel and PowerPoint write."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if len(members) > MAX_MEMBERS or sum(each.file_size for each in members) > MAX_UNPACKED:
                return Read()
            wanted = [each for each in members if each.filename.lower().endswith(XML)]
            if any(each.flag_bits & 1 for each in members) or not wanted:
                return Read()
            texts = [packed.read(each).decode("utf-8", "replace") for each in wanted]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        return Read()
    # a word's letters may stand in several runs: what is between them goes without a gap
    text = "\n".join(html.unescape(TAG.sub("", each)) for each in texts)
    return Read(text=text, is_whole=not _has_pictures(members))


def _has_pictures(members: list[zipfile.ZipInfo]) -> bool:
    """Return whether something inside is beyond reading: a picture may show a name."""
    return any("/media/" in each.filename or "/embeddings/" in each.filename for each in members)


def _plain(content: bytes) -> str | None:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(each) == "Cc" and each not in "\r\n\t\f\x1b\x1a" for each in text):
            return text
    return None


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("iso2022_jp", "utf-8-sig", "cp932", "euc_jp") if b"\x1b" in content else ("utf-8-sig", "cp932", "euc_jp")
