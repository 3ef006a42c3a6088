"""Answers to a form's fields: texts as typed become values, or say what is wrong."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from madoguchi.core.works_vocabulary import FieldKind
from madoguchi.desk.models import reference_of
from madoguchi.works.catalogue.spec import Answers, Field, is_wanted
from madoguchi.works.errors import AnswersError

TOKYO = ZoneInfo("Asia/Tokyo")
TEXT_LETTERS, LONG_LETTERS = 200, 5_000
YEARS = range(1990, 2100)
DIGITS = 12
Value = str | int | bool | None
"""Returns the stored value of a person, an item or a ticket that was chosen, or raises ValueError with what to do."""
Resolve = Callable[[Field, str], int]


def _no_choice(_field: Field, _typed: str) -> int:
    raise ValueError(_("この項目はここでは選べません。"))


def check_answers(
    fields: Iterable[Field], given: Mapping[str, str], *, earlier: Answers, resolve: Resolve = _no_choice
) -> dict[str, Value]:
    """Return the values of the fields that are asked. Raises AnswersError with a message for each wrong one.

    A field whose condition does not hold is not asked, and may not be answered.
    """
    fields = tuple(fields)
    errors: dict[str, str] = {
        name[:60]: _("「%(name)s」という項目はありません。") % {"name": name[:60]}
        for name in given
        if name not in {each.key for each in fields}
    }
    found: dict[str, Value] = {}
    for field in fields:
        typed = given.get(field.key, "")
        if not is_wanted(field.when, {**earlier, **found}):
            if typed.strip():
                errors[field.key] = _("この条件では入力できない項目です。")
            continue
        try:
            found[field.key] = _value(field, typed, resolve)
            _check_order(field, {**earlier, **found})
        except ValueError as error:
            errors[field.key] = str(error)
    if errors:
        raise AnswersError(errors)
    return found


def _value(field: Field, typed: str, resolve: Resolve) -> Value:
    text = typed if field.kind is FieldKind.LONG_TEXT else typed.strip()
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\r\n\t" for each in text):
        raise ValueError(_("使えない制御文字が含まれています。"))
    if field.kind is FieldKind.FLAG:
        return _flag(field, text)
    if not text.strip():
        if field.is_required:
            raise ValueError(_("必須の項目です。"))
        return None
    if field.kind in (FieldKind.PERSON, FieldKind.ITEM, FieldKind.TICKET):
        return resolve(field, text)
    return READERS[field.kind](field, text)


def _flag(field: Field, text: str) -> bool:
    if text not in ("", "on", "yes", "no"):
        raise ValueError(_("「%(given)s」は選べません。") % {"given": text[:40]})
    is_set = text in ("on", "yes")
    if field.is_required and not is_set:
        raise ValueError(_("確認のうえ、印を付けてください。"))
    return is_set


def _text(field: Field, text: str) -> Value:
    limit = field.maximum or (LONG_LETTERS if field.kind is FieldKind.LONG_TEXT else TEXT_LETTERS)
    if len(text) > limit:
        raise ValueError(
            _("%(n)s文字あります。%(limit)s文字以内で入力してください。") % {"n": len(text), "limit": limit}
        )
    if field.kind is FieldKind.TEXT and any(each in text for each in "\r\n\t"):
        raise ValueError(_("改行やタブは使えません。"))
    return text


def _number(field: Field, text: str) -> Value:
    folded = unicodedata.normalize("NFKC", text)
    low, high = field.minimum or 0, 10**9 if field.maximum is None else field.maximum
    if not (folded.isascii() and folded.isdigit() and len(folded) <= DIGITS) or not low <= int(folded) <= high:
        allowed = {"given": text[:40], "low": low, "high": high}
        raise ValueError(_("「%(given)s」は使えません。%(low)sから%(high)sまでの整数を入力してください。") % allowed)
    return int(folded)


def _date(_field: Field, text: str) -> Value:
    day = _parsed(parse_date, text)
    if not isinstance(day, date) or day.year not in YEARS:
        raise ValueError(
            _("「%(given)s」という日付はありません。2026-05-20 の形で入力してください。") % {"given": text[:40]}
        )
    return day.isoformat()


def _moment(_field: Field, text: str) -> Value:
    moment = _parsed(parse_datetime, text)
    if not isinstance(moment, datetime) or moment.year not in YEARS:
        allowed = {"given": text[:40]}
        raise ValueError(_("「%(given)s」という日時はありません。2026-05-20 09:30 の形で入力してください。") % allowed)
    return (moment if moment.tzinfo else moment.replace(tzinfo=TOKYO)).isoformat()


def _parsed(parse: Callable[[str], date | datetime | None], text: str) -> date | datetime | None:
    try:
        return parse(text)
    except (ValueError, OverflowError):
        return None


def _choice(field: Field, text: str) -> Value:
    if text not in {each.value for each in field.choices}:
        raise ValueError(_("「%(given)s」は選べません。") % {"given": text[:40]})
    return text


def _check_order(field: Field, answers: Answers) -> None:
    earlier, own = answers.get(field.not_before), answers.get(field.key)
    if field.not_before and isinstance(earlier, str) and isinstance(own, str) and own < earlier:
        raise ValueError(_("%(earlier)s より前にはできません。") % {"earlier": shown(field, earlier)})


READERS: Mapping[FieldKind, Callable[[Field, str], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.MOMENT: _moment,
    FieldKind.CHOICE: _choice,
}


def shown(field: Field, value: object, *, is_japanese: bool = True) -> str:
    """Return a stored value as text; tickets and registers hold it in Japanese."""
    if value is None or value == "":
        return "－"
    if isinstance(value, bool):
        words = ("はい", "いいえ") if is_japanese else ("Yes", "No")
        return words[0] if value else words[1]
    if field.kind is FieldKind.CHOICE:
        labels = {each.value: each.label.ja if is_japanese else each.label.en for each in field.choices}
        return labels.get(str(value), str(value))
    if field.kind is FieldKind.MOMENT:
        return datetime.fromisoformat(str(value)).astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    if field.kind is FieldKind.TICKET and isinstance(value, int):
        return reference_of(value)
    return str(value)
