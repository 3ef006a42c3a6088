"""What managers may type about staffing, cleaned. Nothing is saved here."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.vocabulary import AnnouncedKind
from madoguchi.people.models import Person
from madoguchi.staffing.models import AnnouncedEvent

MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")
TIME = re.compile(r"([01]\d|2[0-4]):(00|30)")
WORD = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
MOST_WORDS, MOST_LEAVE = 20, 400


class MonthField(forms.CharField):
    """A month such as 2026-04, as its first day."""

    def __init__(self, **named: Any) -> None:  # noqa: ANN401
        super().__init__(max_length=7, widget=forms.TextInput(attrs={"type": "month"}), **named)

    def clean(self, value: Any) -> Any:  # noqa: ANN401
        found = MONTH.fullmatch(super().clean(value))
        if found is None:
            raise forms.ValidationError(_("月は 2026-04 のように入力してください。"))
        return date(int(found.group(1)), int(found.group(2)), 1)


class PlanForm(StrictForm):
    month = MonthField(label=_("計画する月"))
    target = forms.DecimalField(
        label=_("応答率の目標（%）"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=_("空欄なら契約の目標値です。"),
    )  # fmt: skip
    yen_an_hour = forms.IntegerField(label=_("1時間の人件費（円）"), min_value=0, max_value=1_000_000, initial=2_500)
    skills = forms.CharField(
        label=_("常に必要な技能"), required=False, max_length=400,
        help_text=_("「英語=1、手話=1」のように書きます。"),
    )  # fmt: skip
    seed = forms.IntegerField(label=_("乱数の種"), min_value=1, max_value=2**31 - 1, initial=1)

    def clean_skills(self) -> dict[str, int]:
        """Return how many of each skill must always be there."""
        found = {}
        for part in _words(self.cleaned_data["skills"]):
            name, _sign, count = part.partition("=")
            if not name.strip() or not re.fullmatch(r"[1-9]\d?", count.strip() or "1"):
                raise forms.ValidationError(_("「%(part)s」は「英語=1」のように書いてください。") % {"part": part[:40]})
            found[name.strip()] = int(count.strip() or "1")
        return found


class MemberForm(StrictForm):
    person = forms.ModelChoiceField(label=_("要員"), queryset=Person.objects.none())
    skills = forms.CharField(label=_("技能（読点区切り）"), required=False, max_length=400)
    most_hours = forms.DecimalField(
        label=_("週の上限（時間）"), min_value=1, max_value=80, max_digits=4, decimal_places=1, initial=Decimal(40)
    )
    least_hours = forms.DecimalField(
        label=_("週の下限（時間）"), min_value=0, max_value=80, max_digits=4, decimal_places=1, initial=Decimal(0)
    )
    leave = forms.CharField(
        label=_("休暇"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("「2026-05-07、2026-05-11..2026-05-15」のように書きます。"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("勤務表に入れる"), required=False, initial=True)

    def __init__(self, *arguments: Any, people: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)
        person.queryset = people

    def clean_skills(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_words(self.cleaned_data["skills"])))

    def clean_leave(self) -> list[date]:
        """Return the days of leave, stretches spelt out."""
        found: list[date] = []
        for part in re.split(r"[、,\s]+", self.cleaned_data["leave"].strip()):
            found += _stretch(part) if part else []
        if len(found) > MOST_LEAVE:
            raise forms.ValidationError(_("休暇は%(most)s日までです。") % {"most": MOST_LEAVE})
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        most, least = cleaned.get("most_hours"), cleaned.get("least_hours")
        if most is not None and least is not None and least > most:
            self.add_error("least_hours", _("下限は上限以下にしてください。"))
        return cleaned


def _words(text: str) -> list[str]:
    words = [each.strip() for each in re.split(r"[、,]", text) if each.strip()]
    wrong = next((each for each in words if not WORD.fullmatch(each)), None)
    if wrong is not None or len(words) > MOST_WORDS:
        raise forms.ValidationError(_("40文字までの語を20個まで書けます。"))
    return words


def _stretch(part: str) -> list[date]:
    first, _dots, final = part.partition("..")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(final or first)
    except ValueError:
        start, end = date.max, date.min
    count = (end - start).days + 1
    if not 1 <= count <= MOST_LEAVE:
        raise forms.ValidationError(_("「%(part)s」は日付として読めません。") % {"part": part[:40]})
    return [start + timedelta(days=number) for number in range(count)]


class AnnouncedForm(StrictForm):
    kind = forms.ChoiceField(label=_("種類"), choices=choices(AnnouncedKind))
    start_date = forms.DateField(label=_("初日"), widget=forms.DateInput(attrs={"type": "date"}))
    day_count = forms.IntegerField(label=_("日数"), min_value=1, max_value=60, initial=3)
    note = forms.CharField(label=_("説明"), max_length=100, required=False)


class TakeBackForm(StrictForm):
    take_back = forms.ModelChoiceField(label=_("取消"), queryset=AnnouncedEvent.objects.none())

    def __init__(self, *arguments: Any, events: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        wanted = self.fields["take_back"]
        assert isinstance(wanted, forms.ModelChoiceField)
        wanted.queryset = events


class WhatIfForm(forms.Form):
    """The sliders: whole percents, and people."""

    SLIDERS = ("volume", "handle", "patience", "redial", "ivr", "people")
    month = MonthField(label=_("月"))
    volume = forms.IntegerField(label=_("着信数"), min_value=0, max_value=400)
    handle = forms.IntegerField(label=_("処理時間"), min_value=10, max_value=400)
    patience = forms.IntegerField(label=_("待てる時間"), min_value=0, max_value=400)
    redial = forms.IntegerField(label=_("かけ直しの割合"), min_value=0, max_value=95)
    ivr = forms.IntegerField(label=_("音声案内での放棄"), min_value=0, max_value=60)
    people = forms.IntegerField(label=_("常時の要員"), min_value=0, max_value=300)


def _second(text: str) -> int:
    """Return the second of the day of a time on a half hour."""
    found = TIME.fullmatch(text)
    if found is None:
        raise forms.ValidationError(_("時刻は 11:00 のように半時間の単位で入力してください。"))
    return int(found.group(1)) * 3600 + int(found.group(2)) * 60


def _time_field(label: Any) -> forms.CharField:  # noqa: ANN401  # a lazy text
    return forms.CharField(label=label, max_length=5, widget=forms.TextInput(attrs={"type": "time", "step": 1800}))


class ReplanForm(StrictForm):
    until = _time_field(_("いまの時刻"))
    attempts = forms.IntegerField(label=_("ここまでの着信数"), min_value=0, max_value=1_000_000)
    answered = forms.IntegerField(label=_("うち応答数"), min_value=0, max_value=1_000_000)

    def clean_until(self) -> int:
        return _second(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        attempts, answered = cleaned.get("attempts"), cleaned.get("answered")
        if attempts is not None and answered is not None and answered > attempts:
            self.add_error("answered", _("応答数は着信数以下にしてください。"))
        return cleaned


class AttendanceForm(StrictForm):
    day = forms.DateField(label=_("日"), widget=forms.DateInput(attrs={"type": "date"}))
    start = _time_field(_("から"))
    end = _time_field(_("まで"))
    present = forms.IntegerField(label=_("在席した人数"), min_value=0, max_value=10_000)

    def clean_start(self) -> int:
        return _second(self.cleaned_data["start"])

    def clean_end(self) -> int:
        return _second(self.cleaned_data["end"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start is not None and end is not None and start >= end:
            self.add_error("end", _("終わりは始まりより後にしてください。"))
        return cleaned
