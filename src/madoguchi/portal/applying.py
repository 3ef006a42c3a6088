"""Pages on which people apply: the catalogue, and one page for every form of it."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Channel
from madoguchi.core.works_vocabulary import FormGroup
from madoguchi.desk.errors import FieldError
from madoguchi.desk.operations.around import File
from madoguchi.works.catalogue.spec import Form
from madoguchi.works.errors import AnswersError, NotNowError
from madoguchi.works.operations.apply import NewApplication, apply_for, check_may_apply
from madoguchi.works.pages import field_rows
from madoguchi.works.queries import form_in_force, offered_forms

ALWAYS = frozenset(("csrfmiddlewaretoken",))


@require_GET
@contract_page(Right.ASK)
def catalogue(request: ContractRequest) -> HttpResponse:
    """Show the forms this person may use, under their headings."""
    forms = offered_forms(request.access)
    groups = [(group, [each for each in forms if each.group is group]) for group in FormGroup]
    return render(request, "portal/works/catalogue.html", {"groups": [each for each in groups if each[1]]})


@require_http_methods(["GET", "POST"])
@contract_page(Right.ASK)
def apply_page(request: ContractRequest, form_key: str) -> HttpResponse:
    """Show a form; a POST hands it in, and what was typed comes back with what is wrong."""
    access = request.access
    form, _text = form_in_force(contract=access.contract, key=form_key)
    check_may_apply(access, form)
    if request.method == "GET":
        return _form_page(request, form, typed={}, errors={}, status=200)
    typed = typed_answers(request)
    try:
        new = NewApplication(
            form=form_key, answers=typed, requester=access.person, channel=Channel.WEB, documents=given_files(request)
        )
        application = apply_for(access=access, new=new, now=timezone.now())
    except (AnswersError, FieldError, NotNowError) as error:
        return _form_page(request, form, typed=typed, errors=messages_of(error), status=422)
    reference = application.ticket.reference
    messages.success(request, _("受付番号 %(reference)s で受け付けました。") % {"reference": reference})
    return redirect("follow", contract_key=access.contract.key, number=application.ticket.number)


def _form_page(
    request: ContractRequest, form: Form, *, typed: Mapping[str, str], errors: Mapping[str, str], status: int
) -> HttpResponse:
    rows = field_rows(form.fields, access=request.access, typed=typed, errors=errors, earlier={})
    context = {"form": form, "rows": rows, "errors": errors, "documents": documents_with(form, errors)}
    return render(request, "portal/works/apply.html", context, status=status)


def documents_with(form: Form, errors: Mapping[str, str]) -> list[tuple[object, str]]:
    return [(each, errors.get(each.key, "")) for each in form.documents]


def typed_answers(request: HttpRequest, *, besides: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return what was typed, but for the fields of the page itself."""
    return {name: str(value) for name, value in request.POST.items() if name not in ALWAYS | besides}


def given_files(request: HttpRequest) -> dict[str, File]:
    return {
        name: File(name=each.name or name, media_type=each.content_type or "", content=each.read())
        for name, each in request.FILES.items()
        if not isinstance(each, list)
    }


def messages_of(error: MadoguchiError) -> dict[str, str]:
    """Return what was wrong by field; what concerns no field stands under an empty name."""
    if isinstance(error, AnswersError):
        return error.errors
    return {getattr(error, "field", ""): str(error)}
