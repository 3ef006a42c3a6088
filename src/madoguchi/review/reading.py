"""Opens what a review is asked to read: a text or a Word document."""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from madoguchi.core.errors import MadoguchiError
from madoguchi.review.document import Document, make_document
from madoguchi.review.word_file import word_lines

LARGEST = 20_000_000
MOST_CHARACTERS, LONGEST_LINE = 1_000_000, 20_000
"""More than any report has: a thousand pages, and a line or cell of a dozen pages."""
LONG_NUMBER = re.compile(r"(?:\d[,.]?){101}")
WORD_MARK = b"PK\x03\x04"
ENCODINGS = ("utf-8", "cp932")
BINARY = "\x00"


class UnreadableDocumentError(MadoguchiError):
    """The document cannot be read as text or as a Word document; the message says why and what is allowed."""


def read_document(path: Path) -> Document:
    """Return the document in a file. Raises UnreadableDocumentError where it is neither text nor .docx."""
    if path.is_dir():
        raise UnreadableDocumentError(f"{path}: フォルダーです。テキストまたは .docx のファイルを指定してください。")
    if path.stat().st_size > LARGEST:
        raise UnreadableDocumentError(f"{path}: {LARGEST:,}バイトを超えています。")
    data = path.read_bytes()
    is_word = data.startswith(WORD_MARK)
    lines = word_lines(data, name=str(path)) if is_word else _text_lines(data, name=str(path))
    if not any(line.strip() for line in lines):
        raise UnreadableDocumentError(f"{path}: 文字がありません。")
    _check_lengths(lines, name=str(path))
    return make_document(lines, has_cut_lines=not is_word)


def _check_lengths(lines: Sequence[str], *, name: str) -> None:
    """Refuse what is no report and would keep a reader waiting for minutes."""
    count = sum(len(line) for line in lines)
    if count > MOST_CHARACTERS:
        raise UnreadableDocumentError(
            f"{name}: {count:,}文字あります。読めるのは{MOST_CHARACTERS:,}文字までです。文書を分けて指定してください。"
        )
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise UnreadableDocumentError(
                f"{name}: {number}行目に{len(line):,}文字あります。一行は{LONGEST_LINE:,}文字までです。"
            )
        if LONG_NUMBER.search(line):
            raise UnreadableDocumentError(f"{name}: {number}行目に100桁を超える数があります。文書の数ではありません。")


def _text_lines(data: bytes, *, name: str) -> list[str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(data.decode("utf-16", errors="replace"), name=name)
    data = data.removeprefix(codecs.BOM_UTF8)
    for encoding in ENCODINGS:
        try:
            return _checked(data.decode(encoding), name=name)
        except UnicodeDecodeError:
            continue
    raise UnreadableDocumentError(
        f"{name}: 文字コードが読めません。UTF-8 か Shift_JIS のテキスト、または .docx にしてください。"
    )


def _checked(text: str, *, name: str) -> list[str]:
    if BINARY in text or text.startswith("%PDF"):
        raise UnreadableDocumentError(f"{name}: テキストではありません。テキストか .docx にして指定してください。")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
