"""File names fit to be stored and shown, whatever the sender called the file."""

import re
import unicodedata

from madoguchi.post.encoded_words import one_line
from madoguchi.post.limits import FILE_NAME_LENGTH

# characters that turn the reading direction make "exe.fdp" of "pdf.exe"; zero-width ones hide in a name
HIDDEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
REFUSED = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]')
# Apple systems write marks apart; other characters are never normalised, because that would replace name kanji
APART = re.compile("[A-Za-z\u3041-\u30ff][\u0300-\u036f\u3099\u309a]+")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
ENDING_LENGTH = 12
EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "message/rfc822": "eml",
}


def safe_file_name(*, given: str, content_type: str, number: int) -> str:
    """Return the last part of a name without path, control and hidden characters; a missing name is made up."""
    name = one_line(HIDDEN.sub("", given))
    name = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    name = REFUSED.sub("_", name).strip(" ").rstrip(". ")
    if not name.strip("._"):
        return f"attachment-{number}.{EXTENSIONS.get(content_type, 'bin')}"
    if RESERVED.match(name):
        name = f"_{name}"
    return _shortened(APART.sub(lambda found: unicodedata.normalize("NFC", found.group()), name))


def _shortened(name: str) -> str:
    """Keep the ending, because it says what the file is; a file system counts bytes."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > ENDING_LENGTH:
        stem, dot, ending = name, "", ""
    room = FILE_NAME_LENGTH - len(f"{dot}{ending}".encode())
    return (
        stem.encode()[:room].decode("utf-8", "ignore") + dot + ending if len(name.encode()) > FILE_NAME_LENGTH else name
    )
