"""Decisions on rounds: which questions are asked, when answers are taken, what a search looks at. No database."""

import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.core.signing import BadSignature, Signer

from madoguchi.core.surveys.load import load_questionnaire
from madoguchi.core.surveys.questionnaire import Questionnaire

LEAST_ASKED = 10
"""People asked in a stratum, not on paper, before an answer is kept with it."""
TOKYO = ZoneInfo("Asia/Tokyo")
_signer = Signer(salt="surveys.invitation", sep=".")


@lru_cache(maxsize=64)
def questionnaire_of(file: str, text: str) -> Questionnaire:
    return load_questionnaire(file, text)


def token_of(nonce: str) -> str:
    """Return what a personal link ends with; without the installation's key nobody can make one."""
    return _signer.sign(nonce)


def nonce_of(token: str) -> str | None:
    """Return the nonce of a link this installation made, None for any other."""
    try:
        return _signer.unsign(token)
    except BadSignature:
        return None


def takes_answers(*, start_date: date, closing_date: date, day: date) -> bool:
    return start_date <= day <= closing_date


def first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=TOKYO)


def final_moment(day: date) -> datetime:
    """Return the latest second of a day: the moment all answers of a round are counted at."""
    return first_moment(day + timedelta(days=1)) - timedelta(seconds=1)


def folded(text: str) -> str:
    """Return a text as searches compare it: one form of width and case, katakana as hiragana, blanks as one."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(chr(ord(sign) - 96) if "ァ" <= sign <= "ヶ" else sign for sign in flat).split())
