"""Files of a ticket: added, listed, handed out."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import Path, Router, UploadedFile
from ninja.params import functions as given_in

from madoguchi.api.entering import REFUSALS, WRITE_REFUSALS, IdempotencyKey, entered, note_view, once
from madoguchi.api.schemas import FileOut, Identity, Key
from madoguchi.api.shapes import file_shape
from madoguchi.core.vocabulary import Visibility
from madoguchi.desk.operations.around import File, attach, stored_path
from madoguchi.desk.queries import ticket_by_number, visible_attachments

router = Router()
CONTENT = {"responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}}}


@router.get("/contracts/{contract}/tickets/{number}/files", response={200: list[FileOut], **REFUSALS})
def files(request: HttpRequest, contract: Path[Key], number: Path[Identity]) -> Any:  # noqa: ANN401
    """The files of a ticket that the person may see."""
    access = entered(request, contract)
    ticket = ticket_by_number(access=access, number=number)
    note_view(access, "view_ticket", f"ticket:{ticket.pk}")
    return [file_shape(each) for each in visible_attachments(access=access, ticket=ticket)]


@router.post("/contracts/{contract}/tickets/{number}/files", response={201: FileOut, **WRITE_REFUSALS})
def add_file(  # noqa: PLR0917  # each is a part of the request
    request: HttpRequest,
    contract: Path[Key],
    number: Path[Identity],
    file: UploadedFile = given_in.File(...),  # noqa: B008  # as ninja has it
    is_public: bool = given_in.Form(False),  # noqa: FBT001  # ninja names it
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Add a file to a ticket (multipart/form-data); `is_public` shows it to the requester."""
    access, now = entered(request, contract, writes=True), timezone.now()
    given = File(name=file.name or "", media_type=file.content_type or "", content=file.read())
    visibility = Visibility.PUBLIC if is_public else Visibility.INTERNAL

    def do() -> dict[str, Any]:
        ticket = ticket_by_number(access=access, number=number)
        return file_shape(attach(access=access, ticket=ticket, file=given, visibility=visibility, now=now))

    content = f"{given.name}\0{given.media_type}\0{visibility}\0{hashlib.sha256(given.content).hexdigest()}".encode()
    return once(request, key=idempotency_key, status=201, now=now, do=do, content=content)


@router.get("/contracts/{contract}/tickets/{number}/files/{file_id}", response=REFUSALS, openapi_extra=CONTENT)
def file_content(request: HttpRequest, contract: Path[Key], number: Path[Identity], file_id: Path[Identity]) -> Any:  # noqa: ANN401
    """The content of a file, never as something that a browser shows."""
    access = entered(request, contract)
    ticket = ticket_by_number(access=access, number=number)
    files = visible_attachments(access=access, ticket=ticket)
    file = next((each for each in files if each.pk == file_id), None)
    if file is None or not stored_path(file.sha256).exists():
        raise Http404
    note_view(access, "download_file", f"ticket:{ticket.pk}", file=file.pk)
    return HttpResponse(
        stored_path(file.sha256).read_bytes(), content_type="application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or ""},
    )  # fmt: skip
