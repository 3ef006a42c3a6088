"""What a body says, and the checks every kind of body shares."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError

MAX_ITEMS = 2_000
MAX_LABELS, MAX_LABEL, MAX_TEXT = 64, 100, 400
MAX_PROBLEM, MAX_SUMMARY, MAX_WORD = 200, 200, 40
# how far clocks of monitoring servers may run ahead of ours
AHEAD = timedelta(minutes=10)
YEARS = range(2000, 2100)
EPOCH = re.compile(r"[0-9]{9,10}")


class ItemError(MadoguchiError):
    """One item of a body cannot be taken; the text says which part of it, and what is allowed."""


class BodyError(MadoguchiError):
    """The body as a whole cannot be understood."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing said of a problem."""

    problem: str
    labels: Mapping[str, str]
    summary: str
    severity: str
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(kw_only=True, slots=True)
class Reading:
    """Everything a body says, and the reasons why parts of it were not taken."""

    items: list[Item] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """Return a text that every database takes and every screen can show: no control characters, no half ones."""
    return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs")).strip()


def short(value: object, limit: int) -> str:
    """Return a value as a text of at most so many characters; what is missing is empty."""
    return plain(value if isinstance(value, str) else "" if value is None else str(value)[:limit])[:limit]


def labels_of(given: object) -> dict[str, str]:
    """Return labels as texts. Raises ItemError for anything but an object of not too many short names."""
    if not isinstance(given, dict):
        raise ItemError(_("labels がオブジェクトではありません。"))
    if len(given) > MAX_LABELS:
        raise ItemError(_("labels が%(n)s個あります。%(limit)s個までです。") % {"n": len(given), "limit": MAX_LABELS})
    return {short(name, MAX_LABEL): short(value, MAX_TEXT) for name, value in given.items()}


def moment_of(given: object, name: str) -> datetime:
    """Return a moment with its offset, whole seconds. Raises ItemError naming the field and what is allowed."""
    try:
        moment = datetime.fromisoformat(str(given)[:40])
    except ValueError as error:
        raise _not_a_moment(given, name) from error
    if moment.tzinfo is None or moment.year not in YEARS:
        raise _not_a_moment(given, name)
    return moment.astimezone(UTC).replace(microsecond=0)


def epoch_of(given: object, name: str) -> datetime:
    """Return a moment given in seconds since 1970. Raises ItemError."""
    text = str(given).strip()
    if isinstance(given, bool) or not EPOCH.fullmatch(text):
        raise _not_a_moment(given, name)
    moment = datetime.fromtimestamp(int(text), tz=UTC)
    if moment.year not in YEARS:
        raise _not_a_moment(given, name)
    return moment


def _not_a_moment(given: object, name: str) -> ItemError:
    text = _("%(name)s「%(given)s」は使えません。時差を含む日時、または1970年からの秒数にしてください。")
    return ItemError(text % {"name": name, "given": short(given, 40)})


def check_item(item: Item, *, now: datetime) -> None:
    """Raise ItemError for moments out of order or ahead of our clock."""
    for name, moment in (("started_at", item.started_at), ("ended_at", item.ended_at)):
        if moment is not None and moment > now + AHEAD:
            text = _("%(name)s「%(given)s」は受信時刻より先です。監視サーバーの時計を確認してください。")
            raise ItemError(text % {"name": name, "given": moment.isoformat()})
    if item.started_at and item.ended_at and item.ended_at < item.started_at:
        given = {"start": item.started_at.isoformat(), "end": item.ended_at.isoformat()}
        raise ItemError(_("終了「%(end)s」が開始「%(start)s」より前です。") % given)
