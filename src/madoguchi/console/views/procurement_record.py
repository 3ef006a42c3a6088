"""The record of a procurement on screen: its parts one by one, its versions, what another scoring would give."""

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.documents import measured_proposals
from madoguchi.console.procurement_forms import (
    PARTS,
    DaysForm,
    DeleteRowForm,
    ExitAnswersForm,
    OpenDataForm,
    Part,
    PartForm,
    RecordFileForm,
    WhatIfForm,
)
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError, MadoguchiError
from madoguchi.core.procurement_vocabulary import ScoringMethod
from madoguchi.core.scoring.award import ScoredBid, ScoringError, score_bids
from madoguchi.core.scoring.exit_criteria import CriterionFinding
from madoguchi.people.languages import listed
from madoguchi.procurement.editing import NoSuchRowError, StaleRecordError, change_row, row_at, table_of, take_in
from madoguchi.procurement.models import ProcurementVersion
from madoguchi.procurement.queries import Kept, kept_procurement, open_data_of, procurement_versions
from madoguchi.reports.documents.exit_decision import recorded_findings
from madoguchi.reports.documents.procurement import points_text
from madoguchi.reports.ocds import OcdsError, Publication

EXIT = "exit"
LISTED = 20
SHOWN = 200


def _kept(request: ContractRequest) -> Kept:
    return kept_procurement(contract=request.access.contract, day=timezone.localdate())


@require_http_methods(["GET", "POST"])
@contract_page(Right.PROCURE)
def part(request: ContractRequest, part_name: str, place: int | None = None) -> HttpResponse:
    """Show one row of the record as a form; save it, or take it out."""
    found, kept = PARTS.get(part_name), _kept(request)
    if found is None or (place is not None and not found.is_list):
        raise Http404
    try:
        row = row_at(table_of(kept.text), found.place(place))
    except NoSuchRowError:
        raise Http404 from None
    if request.method == "POST" and request.POST.get("do") == "delete":
        return _delete(request, found, place)
    form = PartForm(request.POST if request.method == "POST" else None, part=found, row=row, number=kept.number)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            change_row(
                access=request.access, place=found.place(place), row=form.made_row(),
                number=form.cleaned_data["number"], at=timezone.now(),
            )  # fmt: skip
        except InvalidInputError as error:
            for problem in error.problems[:LISTED]:
                form.add_problem(problem)
        except StaleRecordError:
            form.add_error(None, _("他の人が先に変更しました。今の記録を確かめて、もう一度保存してください。"))
            status = 409
        else:
            return _saved(request)
    days = DaysForm(request.POST if form.is_bound else {name: row.get(name) for name in DaysForm.base_fields})
    context = {"part": found, "form": form, "is_new": found.is_list and place is None, **_days(days)}
    if part_name == EXIT:
        answers = ExitAnswersForm(request.POST if form.is_bound else row)
        context |= {"is_exit": True, "proposals": _recorded(answers), **_measured(request)}
    return render(request, "console/procurement/part.html", context, status=status)


def _delete(request: ContractRequest, found: Part, place: int | None) -> HttpResponse:
    form = DeleteRowForm(request.POST)
    if not form.is_valid() or (found.is_list and place is None):
        raise Http404
    try:
        number = form.cleaned_data["number"]
        change_row(access=request.access, place=found.place(place), row=None, number=number, at=timezone.now())
    except (StaleRecordError, InvalidInputError) as error:
        messages.error(request, str(error))
        return redirect("procurement", contract_key=request.access.contract.key)
    return _saved(request)


def _saved(request: ContractRequest) -> HttpResponse:
    messages.success(request, _("保存しました。"))
    found = _kept(request).value()
    short = [each.name for each in found.schedule if each.is_long_enough is False] if found else []
    if short:
        messages.warning(request, _("必要な日数に足りない段階があります: %(names)s") % {"names": listed(short)})
    return redirect("procurement", contract_key=request.access.contract.key)


def _days(form: DaysForm) -> dict[str, object]:
    """Return a stage's days and whether they are enough, for what is typed so far."""
    days = form.days() if form.is_valid() else None
    minimum = form.cleaned_data.get("minimum_days")
    return {"days": days, "minimum": minimum, "is_short": days is not None and minimum is not None and days < minimum}


@require_GET
@contract_page(Right.PROCURE)
def days(request: ContractRequest) -> HttpResponse:
    """Say how long a stage lasts while it is typed, and whether that is enough."""
    return render(request, "console/procurement/days.html", _days(DaysForm(request.GET)))


def _recorded(answers: ExitAnswersForm) -> list[dict[str, str]]:
    """Return the proposals that follow from the answers typed so far; none while they cannot be read."""
    record = answers.record()
    return _worded(recorded_findings(record)) if record else []


def _measured(request: ContractRequest) -> dict[str, object]:
    """Return the proposals that figures decide, or why there are none: the form can be filled in without them."""
    try:
        findings = measured_proposals(access=request.access, now=timezone.now())
    except MadoguchiError as error:
        return {"unmeasured": str(error)}
    return {"measured_proposals": _worded(findings)}


def _worded(findings: Sequence[CriterionFinding]) -> list[dict[str, str]]:
    is_japanese = get_language() == "ja"
    return [
        {
            "criterion": each.criterion.value, "proposal": each.proposal.value,
            "ground": each.ground if is_japanese else each.ground_en,
        }
        for each in findings
    ]  # fmt: skip


@require_GET
@contract_page(Right.PROCURE)
def proposals(request: ContractRequest) -> HttpResponse:
    """Say what the answers on the exit criteria come to while they are typed."""
    answers = ExitAnswersForm(request.GET)
    return render(request, "console/procurement/proposals.html", {"proposals": _recorded(answers)})


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_PROCUREMENT)
def versions(request: ContractRequest) -> HttpResponse:
    """List every version of the record; take in a whole file."""
    kept = _kept(request)
    form, status = RecordFileForm(initial={"number": kept.number}), 200
    if request.method == "POST":
        request.access.require(Right.PROCURE)
        form, status = RecordFileForm(request.POST, request.FILES), 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                take_in(access=request.access, text=given["file"], number=given["number"], at=timezone.now())
            except InvalidInputError as error:
                for problem in error.problems[:LISTED]:
                    form.add_error("file", str(problem))
            except StaleRecordError:
                form.add_error(None, _("他の人が先に変更しました。今の記録を確かめて、もう一度保存してください。"))
                status = 409
            else:
                return _saved(request)
    labels = {".".join(each.path): each.label for each in PARTS.values()}
    found = [
        (each, labels.get(each.part, _("ファイルの取込み"))) for each in procurement_versions(request.access)[:SHOWN]
    ]
    context = {"versions": found, "form": form, "kept": kept}
    return render(request, "console/procurement/versions.html", context, status=status)


@require_GET
@contract_page(Right.SEE_PROCUREMENT)
def open_data(request: ContractRequest) -> HttpResponse:
    """Hand out the record as it stands as an OCDS 1.1 release package."""
    contract, form = request.access.contract, OpenDataForm(request.GET or None)
    if form.is_valid():
        given = form.cleaned_data
        buyer = definitions_on(contract=contract, day=given["date"]).promised.buyer
        try:
            publication = Publication(
                prefix=given["ocds_prefix"], uri=given["uri"], publisher=buyer, published_date=given["date"]
            )
            package = open_data_of(contract=contract, publication=publication)
        except OcdsError as error:
            form.add_error(None, str(error))
        else:
            disposition = f'attachment; filename="{contract.key}-ocds.json"'
            return JsonResponse(
                package, json_dumps_params={"ensure_ascii": False, "indent": 1},
                headers={"Content-Disposition": disposition},
            )  # fmt: skip
    context = {"open_data": form}
    return render(request, "console/procurement/open_data.html", context, status=422 if form.is_bound else 200)


@require_GET
@contract_page(Right.SEE_PROCUREMENT)
def version(request: ContractRequest, version_number: int) -> HttpResponse:
    """Hand out the record as procurement.toml; 0 is the file of the contract's definitions."""
    contract = request.access.contract
    if version_number == 0:
        kept = _kept(request)
        text = kept.text if kept.number == 0 else ""
        if not text:
            raise Http404
    else:
        text = get_object_or_404(ProcurementVersion, contract=contract, number=version_number).text
    disposition = f'attachment; filename="{contract.key}-procurement-{version_number}.toml"'
    return HttpResponse(
        text, content_type="application/toml; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@require_GET
@contract_page(Right.SEE_PROCUREMENT)
def award_what_if(request: ContractRequest) -> HttpResponse:
    """Score the recorded bids by another ratio or method; nothing is saved."""
    found = _kept(request).value()
    scoring = found.scoring if found else None
    if scoring is None:
        raise Http404
    usual = {"price": 1, "technical": 1, "method": scoring.rule.method.value}
    form = WhatIfForm({name: request.GET.get(name, value) for name, value in usual.items()})
    scored: tuple[ScoredBid, ...] = ()
    if form.is_valid():
        given = form.cleaned_data
        rule = scoring.rule.with_ratio(price=given["price"], technical=given["technical"])
        try:
            rule = replace(rule, method=ScoringMethod(given["method"]))
            scored = score_bids(bids=scoring.bids, rule=rule, ceiling_price=scoring.ceiling_price)
        except ScoringError as error:
            form.add_error(None, str(error))
    template = (
        "console/procurement/scored.html" if getattr(request, "htmx", False) else "console/procurement/what_if.html"
    )
    context = {"form": form, "scoring": scoring, "scored": [_printed(each) for each in scored]}
    return render(request, template, context, status=200 if form.is_valid() else 422)


def _printed(scored: ScoredBid) -> dict[str, object]:
    return {
        "tenderer": scored.bid.tenderer, "price": "－" if scored.bid.price is None else f"{scored.bid.price:,}",
        "technical": points_text(scored.technical), "points": points_text(scored.price),
        "total": points_text(scored.total), "outcome": scored.outcome.value,
        "missed": listed(scored.bid.missed_items),
    }  # fmt: skip
