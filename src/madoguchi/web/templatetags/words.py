"""Labels of stored words, moments and durations, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django import template
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from madoguchi.console.list_columns import Listed
from madoguchi.console.list_tables import TABLES
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core import (
    call_vocabulary,
    handover_vocabulary,
    import_vocabulary,
    mail_vocabulary,
    monitoring_vocabulary,
    procurement_vocabulary,
    provisioning_vocabulary,
    quality_vocabulary,
    vocabulary,
    works_vocabulary,
)
from madoguchi.core.calls.table import seconds_text
from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.desk.rules import may_act
from madoguchi.people.languages import is_japanese, label_of, listed
from madoguchi.post import vocabulary as post_vocabulary
from madoguchi.web.markup import html_of
from madoguchi.works.catalogue.spec import Text
from madoguchi.works.pages import FieldRow

register = template.Library()
register.filter(listed)
ROOMS = (
    call_vocabulary,
    handover_vocabulary,
    import_vocabulary,
    mail_vocabulary,
    monitoring_vocabulary,
    post_vocabulary,
    procurement_vocabulary,
    provisioning_vocabulary,
    quality_vocabulary,
    vocabulary,
    works_vocabulary,
)
DAY, HOUR, MINUTE = 86_400, 3_600, 60


@register.filter
def word(value: Any, kind: str) -> str:  # noqa: ANN401  # whatever a template holds
    """Return the label of a stored word: `{{ ticket.state|word:"TicketState" }}`."""
    words: type[LabelledEnum] = next(getattr(room, kind) for room in ROOMS if hasattr(room, kind))
    try:
        found = words(value)
    except ValueError:
        return str(value or "")
    return label_of(found)


class Labelled(Protocol):
    """Whatever has a name in either language: an indicator, a clock, a word."""

    @property
    def label(self) -> str: ...
    @property
    def label_en(self) -> str: ...


@register.filter
def called(thing: Labelled) -> str:
    """Return what a thing is called in the reader's language: `{{ indicator|called }}`."""
    return thing.label if is_japanese() else thing.label_en


@register.filter
def language_label(code: str) -> str:
    """Return a language in its own words, its code where it has none here."""
    return str(get_language_info(code.lower())["name_local"]) if code.lower() in LANG_INFO else code


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Return a moment as a local time, machine readable as well."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), local.strftime("%Y-%m-%d %H:%M"))


@register.filter
def spell(seconds: int | None) -> str:
    """Return a duration in its two largest parts, with a sign when it is over."""
    if seconds is None:
        return ""
    sign, left = ("−" if seconds < 0 else ""), abs(int(seconds))
    hours, minutes = left // HOUR, left % HOUR // MINUTE
    if is_japanese():
        return f"{sign}{hours}時間{minutes:02d}分" if hours else f"{sign}{minutes}分"
    return f"{sign}{hours} h {minutes:02d} min" if hours else f"{sign}{minutes} min"


@register.filter
def talk_time(seconds: int | None) -> str:
    """Return a duration to the second, as the reports on calls have it."""
    return "－" if seconds is None else seconds_text(seconds)


@register.filter
def grouped(count: int) -> str:
    return f"{count:,}"


@register.filter
def may(access: Access | None, right: str) -> bool:
    return access is not None and access.may(Right(right))


@register.filter
def can(access: Access | None, act: str) -> bool:
    """Return whether the person's roles inside the desk have an act."""
    return access is not None and may_act(access.roles - {vocabulary.RoleKind.USER}, vocabulary.Act(act))


@register.simple_tag
def listed_for(access: Access, list_name: str) -> Listed | None:
    """Return a list that the person may have as a file, none for one that they may only look at."""
    return TABLES[list_name] if TABLES[list_name].may_export(access) else None


@register.filter
def said(text: Text) -> str:
    """Return a text of a form in the reader's language."""
    return text.ja if is_japanese() else text.en


@register.filter
def with_labels(errors: Mapping[str, str], rows: Iterable[FieldRow]) -> list[str]:
    """Return what is wrong with a typed form, each with the label of its field where it has one."""
    labels = {row.field.key: said(row.field.label) for row in rows}
    return [f"{labels[name]}: {text}" if name in labels else text for name, text in errors.items()]


@register.filter
def markup(text: str) -> SafeString:
    return html_of(text)


@register.filter
def field(mapping: dict[str, Any], key: str) -> Any:  # noqa: ANN401
    return mapping.get(key, "")


@register.filter
def named(labels: dict[str, str], key: str) -> str:
    """Return how a thing is shown, or its own name where nothing else is known of it."""
    return labels.get(key, key)
