"""The parts of a procurement's record as forms: what may be typed, and the row it makes. Nothing is saved here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from madoguchi.console.document_forms import LARGEST_FILE, LARGEST_NUMBER
from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.errors import Problem
from madoguchi.core.procurement.load_tender import MOST_YEN
from madoguchi.core.procurement.spec import ExitRecord
from madoguchi.core.procurement_vocabulary import (
    BidResult,
    CriterionProposal,
    ExitCriterion,
    FollowUpState,
    ScoringMethod,
    StepKind,
)
from madoguchi.procurement.editing import Place, Row

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Label: TypeAlias = "str | _StrPromise"
MOST_ROWS = 60
SPARE_ROWS = 3
Fields = Mapping[str, forms.Field]


def text(label: Label, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=500)


def long_text(label: Label) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    def __init__(self, *, label: Label) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(label=label, required=False, max_length=10_000, widget=widget, help_text=_("一行に一つ"))

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> Any:  # noqa: ANN401  # Django's
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


def whole(label: Label, *, most: int = 10**9) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


def yen(label: Label) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=MOST_YEN)


def points(label: Label) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=4)


def day(label: Label, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"])


def _step_fields() -> Fields:
    return {
        "kind": forms.ChoiceField(label=_("段階"), choices=choices(StepKind)),
        "label": text(_("名称")),
        "start_date": day(_("開始日"), required=True),
        "end_date": day(_("最終日"), required=True),
        "minimum_days": whole(_("必要な日数"), most=3_660),
        "minimum_ground": text(_("必要な日数の根拠")),
        "firm_count": whole(_("事業者の数")),
        "comment_count": whole(_("意見の数")),
        "note": long_text(_("備考")),
        "source": text(_("出典")),
    }


def _tender_fields() -> Fields:
    return {
        "name": text(_("調達の件名")),
        "method": forms.ChoiceField(label=_("落札者の決め方"), choices=choices(ScoringMethod)),
        "winner": text(_("契約の相手方（決まるまでは空のまま）")),
        "proposal_count": whole(_("提案書等を提出した者の数")),
        "withdrawn_before_count": whole(_("開札前に辞退した者の数")),
        "ceiling_price": yen(_("予定価格（円）")),
        "is_direct_after_failed_bidding": forms.BooleanField(label=_("不落による随意契約"), required=False),
        "legal_ground": text(_("随意契約の根拠")),
        "inquiry_firm_count": whole(_("照会した事業者の数")),
        "award_date": day(_("契約日")),
        "source": text(_("出典")),
    }


def _bid_fields() -> Fields:
    results = choices(BidResult, empty="－")
    return {
        "tenderer": text(_("応札者")),
        "price": yen(_("入札額（円）")),
        "result": forms.ChoiceField(label=_("結果"), choices=results, required=False),
    }


def _scoring_fields() -> Fields:
    return {
        "method": forms.ChoiceField(label=_("方式"), choices=choices(ScoringMethod)),
        "technical_maximum": points(_("審査の満点")),
        "technical_points": points(_("技術点の配点")),
        "price_points": points(_("価格点の配点")),
        "ceiling_price": yen(_("予定価格（円）")),
        "ratios": LinesField(label=_("試す比率（価格点:技術点。1:3 など）")),
        "note": text(_("だれの採点か"), required=True),
    }


def _scored_fields() -> Fields:
    return {
        "tenderer": text(_("応札者")), "price": yen(_("入札額（円）")), "technical_score": points(_("技術の得点")),
        "missed_items": LinesField(label=_("満たさない必須項目")),
    }  # fmt: skip


def _decliner_fields() -> Fields:
    return {
        "firm": text(_("事業者"), required=True), "reasons": LinesField(label=_("応札しなかった理由")),
        "remedies": LinesField(label=_("改善されれば応札できた条件")),
    }  # fmt: skip


def _follow_up_fields() -> Fields:
    return {
        "point": text(_("改善点"), required=True),
        "state": forms.ChoiceField(label=_("状況"), choices=choices(FollowUpState)),
        "actions": LinesField(label=_("対応")),
    }


def _past_term_fields() -> Fields:
    return {
        "label": text(_("期"), required=True), "start_date": day(_("開始日"), required=True),
        "end_date": day(_("最終日"), required=True), "winner": text(_("契約の相手方"), required=True),
        "form": text(_("契約の形")), "amount": whole(_("契約額（円）"), most=MOST_YEN),
        "tenderer_count": whole(_("応札者の数")),
    }  # fmt: skip


def _exit_fields() -> Fields:
    return {
        "correction_order_count": whole(_("業務改善指示等の件数")),
        "violation_count": whole(_("業務に係る法令違反行為等の件数")),
        "has_outside_check": forms.BooleanField(label=_("外部有識者等の点検を受ける仕組みがある"), required=False),
        "is_outside_check_planned": forms.BooleanField(label=_("外部有識者等の点検を予定している"), required=False),
        "outside_check": text(_("点検の仕組み")),
    }


def _decision_fields() -> Fields:
    return {
        "criterion": forms.ChoiceField(label=_("基準"), choices=choices(ExitCriterion, empty="－"), required=False),
        "decision": forms.ChoiceField(label=_("判定"), choices=choices(CriterionProposal, empty="－"), required=False),
        "finding": long_text(_("実施状況")),
        "reason": long_text(_("判定の理由（計算による提案と異なるとき）")),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of the record: where it stands, what a row of it has, and the rows inside a row.

    `inner_most` is the most rows inside a row, and how many a form then shows at once.
    """

    label: Label
    path: tuple[str, ...]
    is_list: bool
    fields: Any
    inner: str = ""
    inner_fields: Any = None
    inner_most: int | None = None

    def place(self, number: int | None) -> Place:
        return Place(path=self.path, is_list=self.is_list, number=number)


PARTS: Mapping[str, Part] = {
    "tender": Part(label=_("入札"), path=("tender",), is_list=False, fields=_tender_fields),
    "openings": Part(
        label=_("開札"), path=("tender", "opening"), is_list=True, fields=lambda: {"date": day(_("開札日"))},
        inner="bid", inner_fields=_bid_fields,
    ),
    "steps": Part(label=_("調達の経過"), path=("step",), is_list=True, fields=_step_fields),
    "scoring": Part(
        label=_("採点"), path=("scoring",), is_list=False, fields=_scoring_fields, inner="bid",
        inner_fields=_scored_fields,
    ),
    "decliners": Part(label=_("応札しなかった事業者"), path=("decliner",), is_list=True, fields=_decliner_fields),
    "follow-ups": Part(label=_("改善点への対応"), path=("follow_up",), is_list=True, fields=_follow_up_fields),
    "past-terms": Part(label=_("落札者の変遷"), path=("past_term",), is_list=True, fields=_past_term_fields),
    "next": Part(label=_("次回の日程"), path=("next",), is_list=True, fields=_step_fields),
    "exit": Part(
        label=_("終了基準の判定"), path=("exit",), is_list=False, fields=_exit_fields, inner="decision",
        inner_fields=_decision_fields, inner_most=len(ExitCriterion),
    ),
}  # fmt: skip


class PartForm(StrictForm):
    """A row of a part with the rows inside it; `number` is the version it was read from."""

    number = forms.IntegerField(label=_("番号"), min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, part: Part, row: Row, number: int) -> None:
        self.part, self.row = part, row
        inside = row.get(part.inner, []) if part.inner else []
        shown = part.inner_most or len(inside) + SPARE_ROWS
        self.row_count = min(_rows_typed(data, part) if data else shown, part.inner_most or MOST_ROWS)
        initial: dict[str, object] = {name: value for name, value in row.items() if name != part.inner}
        for place, each in enumerate(inside):
            initial |= {f"{part.inner}-{place}-{name}": value for name, value in each.items()}
        super().__init__(data, initial={**initial, "number": number})
        self.fields |= part.fields()
        for place in range(self.row_count if part.inner else 0):
            for name, field in part.inner_fields().items():
                field.widget.attrs["aria-label"] = f"{field.label} {place + 1}"
                self.fields[f"{part.inner}-{place}-{name}"] = field

    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.part.fields()]

    def inner_rows(self) -> list[list[forms.BoundField]]:
        if not self.part.inner:
            return []
        names = list(self.part.inner_fields())
        return [[self[f"{self.part.inner}-{place}-{name}"] for name in names] for place in range(self.row_count)]

    def made_row(self) -> Row:
        """Return the row as the record keeps it: nothing for what was left empty, and what the form does not show."""
        shown = {*self.part.fields(), self.part.inner}
        kept = {name: value for name, value in self.row.items() if name not in shown}
        row = {name: self.cleaned_data[name] for name in self.part.fields()}
        inside = [dict(_filled(each)) for each in self._inner_cleaned()]
        inside = [each for each in inside if each]
        return {**dict(_filled(row)), **kept, **({self.part.inner: inside} if inside else {})}

    def _inner_cleaned(self) -> Iterator[dict[str, object]]:
        names = self.part.inner_fields() if self.part.inner else {}
        for place in range(self.row_count if names else 0):
            yield {name: self.cleaned_data[f"{self.part.inner}-{place}-{name}"] for name in names}

    def add_problem(self, problem: Problem) -> None:
        """Say a problem of the record at the field it names, or above them all."""
        name = problem.key.rpartition(".")[2]
        field = name if name in self.part.fields() else None
        self.add_error(field, f"{problem.key}: {problem.given}; allowed: {problem.allowed}")


def _rows_typed(data: QueryDict, part: Part) -> int:
    """Return how many inner rows were sent; names of rows beyond the most are refused as unknown."""
    places = [name.split("-")[1] for name in data if part.inner and name.startswith(f"{part.inner}-")]
    return max((int(each) for each in places if each.isascii() and each.isdigit() and len(each) < 4), default=-1) + 1  # noqa: PLR2004


def _filled(row: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        if value is not None and value is not False and value not in ("", []):
            yield name, _plain(value)


def _plain(value: object) -> object:
    """Return a number as TOML writes it: without an exponent, whole where it is whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


class DeleteRowForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput)
    number = forms.IntegerField(label=_("番号"), min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)


class RecordFileForm(StrictForm):
    number = forms.IntegerField(label=_("番号"), min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)
    file = forms.FileField(label="procurement.toml")

    def clean_file(self) -> str:
        given = self.cleaned_data["file"]
        if given.size > LARGEST_FILE:
            raise forms.ValidationError(_("5MBを超えるファイルは取り込めません。"))
        try:
            return bytes(given.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文字コードをUTF-8にしてください。")) from None


class OpenDataForm(forms.Form):
    """Who publishes the record as open data, where and when."""

    ocds_prefix = forms.CharField(label=_("登録した接頭辞（ocds-a1b2c3 など）"), max_length=11)
    uri = forms.CharField(label=_("公開する場所のアドレス"), max_length=500)
    date = day(_("公表日"), required=True)


class DaysForm(forms.Form):
    """The days of a stage while they are typed; other fields of its form are let through."""

    start_date = day(_("開始日"))
    end_date = day(_("最終日"))
    minimum_days = whole(_("必要な日数"), most=3_660)

    def days(self) -> int | None:
        given: Mapping[str, date | None] = self.cleaned_data
        start, end = given.get("start_date"), given.get("end_date")
        return (end - start).days + 1 if start and end else None


class ExitAnswersForm(forms.Form):
    """What is answered on the exit criteria while it is typed; other fields of its form are let through."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields |= {name: field for name, field in _exit_fields().items() if name != "outside_check"}

    def record(self) -> ExitRecord | None:
        """Return the record that the answers make; None while one of them cannot be."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        return ExitRecord(
            correction_order_count=given["correction_order_count"] or 0,
            violation_count=given["violation_count"] or 0,
            has_outside_check=given["has_outside_check"],
            is_outside_check_planned=given["is_outside_check_planned"],
        )


class WhatIfForm(forms.Form):
    """Another ratio of price to technical points, another method."""

    price = forms.IntegerField(label=_("価格点の比"), min_value=0, max_value=100)
    technical = forms.IntegerField(label=_("技術点の比"), min_value=0, max_value=100)
    method = forms.ChoiceField(label=_("方式"), choices=choices(ScoringMethod))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("price") == given.get("technical") == 0:
            raise forms.ValidationError(_("価格点と技術点の両方を0にはできません。"))
        return given
