"""Telephone numbers as logs write them: withheld ones, and one form by which two are compared."""

import re
import unicodedata

WITHHELD = frozenset(
    {
        "", "anonymous", "unknown", "<unknown>", "restricted", "withheld", "private", "unavailable",
        "asterisk", "n/a", "-", "s", "非通知", "通知不可", "公衆電話", "公衆", "表示圏外", "圏外",
        "番号非通知",
    }
)  # fmt: skip
DIALLED = re.compile(r"\+?\d{5,}")
# enough digits to tell two callers apart, few enough to leave out a country or trunk prefix
COMPARED_DIGITS = 9


def shown_number(text: str) -> str | None:
    """Return a caller's number, or None where it was withheld or not passed on."""
    number = unicodedata.normalize("NFKC", text).strip().strip('"').strip()
    return None if number.lower() in WITHHELD else number


def number_key(number: str | None) -> str:
    """Return what two writings of one number have in common; "" for a withheld one.

    Spreadsheets drop leading zeros and PBXs add country codes, so only the final digits are compared.
    """
    if number is None:
        return ""
    digits = "".join(each for each in number if each.isdigit()).lstrip("0")
    return digits[-COMPARED_DIGITS:] if digits else number.lower()


def is_dialled_number(text: str) -> bool:
    """Say whether a text looks like a number dialled from outside, and not like an extension."""
    return DIALLED.fullmatch(text) is not None
