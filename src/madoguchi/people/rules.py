"""What a person is found by."""

import unicodedata

LONGEST = 600
KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def folded(text: str) -> str:
    """Return a text as it is searched: compatible width, small letters, hiragana, no spaces."""
    normal = unicodedata.normalize("NFKC", text).casefold().translate(KATAKANA)
    return "".join(normal.split())


def one_line(text: object, *, longest: int) -> str:
    """Return a text that another system gave as it may be kept: no control characters, one line, cut to length."""
    given = "".join(" " if unicodedata.category(each) == "Cc" else each for each in str(text or ""))
    return " ".join(given.split())[:longest].rstrip()


def person_search_key(*, name: str, reading: str, mail: str, extension: str) -> str:
    """Return what is matched while somebody types a name, a reading, an extension or a mail address."""
    parts = dict.fromkeys(folded(part) for part in (name, reading, mail, extension) if part)
    # one character of a name may be spelt out to eighteen
    return "\n".join(parts)[:LONGEST]
