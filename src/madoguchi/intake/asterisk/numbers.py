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
# numbers that agree in so many final digits are looked at side by side
FINAL_DIGITS = 8


def shown_number(text: str) -> str | None:
    """Return a caller's number, or None where it was withheld or not passed on."""
    number = unicodedata.normalize("NFKC", text).strip().strip('"').strip()
    return None if number.lower() in WITHHELD else number


def number_key(number: str | None) -> str:
    """Return a number's digits without leading zeros; "" for a withheld one.

    Spreadsheets drop the zeros, PBXs put country codes before: see `is_same_number`.
    """
    if number is None:
        return ""
    return "".join(each for each in number if each.isdigit()).lstrip("0") or number.lower()


def is_same_number(one: str, other: str) -> bool:
    """Say whether two keys are of one number, of which either may have a prefix before it."""
    shorter = min(len(one), len(other))
    return one == other or (shorter >= FINAL_DIGITS and (one.endswith(other) or other.endswith(one)))


def is_dialled_number(text: str) -> bool:
    """Say whether a text looks like a number dialled from outside, and not like an extension."""
    return DIALLED.fullmatch(text) is not None
