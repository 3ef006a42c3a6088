"""What is chosen while a ledger is brought in, cleaned. Nothing is saved here."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.import_vocabulary import DayOrder, LedgerField
from madoguchi.imports.mapping import WORDS, LedgerMapping, folded
from madoguchi.imports.reading import DELIMITERS, ENCODINGS
from madoguchi.imports.values import Sheet

ZONES = ("Asia/Tokyo", "UTC")
SIGNS = {",": _("コンマ"), "\t": _("タブ"), ";": _("セミコロン"), "|": _("縦線")}


class LedgerFileForm(StrictForm):
    file = forms.FileField(label=_("CSVまたはExcel（.xlsx）のファイル"), max_length=200)
    profile = forms.ChoiceField(label=_("取込元"), required=False)

    def __init__(self, *arguments: Any, profiles: Mapping[str, str], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        profile = self.fields["profile"]
        assert isinstance(profile, forms.ChoiceField)
        profile.choices = [("", _("見出しから判断する")), *profiles.items()]


class MatchForm(StrictForm):
    """How a file is read: its form, a heading for each field, and a word of the desk for each of its words."""

    encoding = forms.ChoiceField(label=_("文字コード"), required=False)
    delimiter = forms.ChoiceField(label=_("区切り文字"), required=False)
    sheet = forms.ChoiceField(label=_("シート"), required=False)
    header_line = forms.IntegerField(label=_("見出しの行"), min_value=0, max_value=100)
    zone = forms.ChoiceField(label=_("日時のタイムゾーン"))
    day_order = forms.ChoiceField(label=_("日付の順"), choices=choices(DayOrder))
    is_event_log = forms.BooleanField(label=_("1件に複数の行がある（変更の記録）"), required=False)

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401
        mapping: LedgerMapping,
        headings: Sequence[str],
        sheets: Sequence[Sheet],
        words: Mapping[LedgerField, Sequence[str]],
        **named: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*arguments, **named)
        self.mapping, self.words, form = mapping, words, mapping.form
        is_text = not sheets
        self._choose("encoding", [(each, each) for each in ENCODINGS] if is_text else [], form.encoding)
        self._choose("delimiter", [(each, SIGNS[each]) for each in DELIMITERS] if is_text else [], form.delimiter)
        self._choose("sheet", [(each.name, _sheet_label(each)) for each in sheets], form.sheet)
        zones = dict.fromkeys((*ZONES, mapping.zone, *sorted(available_timezones())))
        self._choose("zone", [(each, each) for each in zones], mapping.zone)
        self.fields["header_line"].initial = form.header_line
        self.fields["day_order"].initial = mapping.day_order.value
        self.fields["is_event_log"].initial = mapping.is_event_log
        named_columns = [("", "－"), *((each, each) for each in headings if each)]
        for field in LedgerField:
            initial = next(iter(mapping.columns.get(field, ())), "")
            self._add(f"column-{field.value}", field.label, named_columns, initial)
        for field, listed in words.items():
            allowed = choices(WORDS[field], empty=str(_("（使わない: その行は取り込まない）")))
            for place, word in enumerate(listed):
                self._add(f"word-{field.value}-{place}", word, allowed, desk_word(mapping, field, word))

    def _choose(self, name: str, given: Sequence[tuple[str, Any]], initial: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*given] if initial in dict(given) else [("", "－"), *given]
        field.initial = initial

    def _add(self, name: str, label: str, given: Sequence[tuple[str, Any]], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=given, initial=initial, required=False)

    def columns(self) -> list[forms.BoundField]:
        return [self[f"column-{field.value}"] for field in LedgerField]

    def word_groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (field.value, [self[f"word-{field.value}-{place}"] for place in range(len(listed))])
            for field, listed in self.words.items()
            if listed
        ]

    def file_fields(self) -> list[forms.BoundField]:
        names = ("header_line", "zone", "day_order", "is_event_log")
        shown = ("sheet",) if self.mapping.form.sheet else ("encoding", "delimiter")
        return [self[name] for name in (*shown, *names)]

    def as_mapping(self) -> dict[str, Any]:
        """Return the mapping that was chosen, what the page does not show as it was."""
        given, kept = self.cleaned_data, self.mapping.as_json()
        words = {name: dict(found) for name, found in kept["words"].items()}
        for field, listed in self.words.items():
            chosen = words.setdefault(field.value, {})
            for place, word in enumerate(listed):
                name = given.get(f"word-{field.value}-{place}")
                chosen.pop(folded(word), None)
                if name:
                    chosen[folded(word)] = name
        columns = {
            each.value: _with_others(given[f"column-{each.value}"], self.mapping.columns.get(each, ()))
            for each in LedgerField
            if given[f"column-{each.value}"]
        }
        file = {
            **kept["file"], "encoding": given["encoding"] or kept["file"]["encoding"],
            "delimiter": given["delimiter"] or kept["file"]["delimiter"], "sheet": given["sheet"],
            "header_line": given["header_line"],
        }  # fmt: skip
        read = {name: given[name] for name in ("zone", "day_order", "is_event_log")}
        return {**kept, **read, "columns": columns, "words": words, "file": file}


def _with_others(chosen: str, known: Sequence[str]) -> list[str]:
    """Return a column with those that stand in for it where it is empty, unless another one was chosen."""
    return list(known) if known and known[0] == chosen else [chosen]


class ProfileNameForm(StrictForm):
    act = forms.CharField(label=_("操作"), max_length=20, required=False)
    name = forms.CharField(label=_("対応の名前"), max_length=60)


def _sheet_label(sheet: Sheet) -> str:
    return f"{sheet.name} {_('（非表示）')}" if sheet.is_hidden else sheet.name


def desk_word(mapping: LedgerMapping, field: LedgerField, word: str) -> str:
    """Return what a source's word would be called at the desk."""
    plain = folded(word)
    same = {folded(label): each.value for each in WORDS[field] for label in (each.value, each.label, each.label_en)}
    return mapping.words.get(field, {}).get(plain) or same.get(plain) or mapping.otherwise.get(field, "")
