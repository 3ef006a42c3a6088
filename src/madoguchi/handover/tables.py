"""Which tables a contract consists of, and why the others stay behind. A test holds every model to one of the two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import cached_property

CONTRACT = "contracts.Contract"
PERSON = "people.Person"
ORGANISATION = "people.Organisation"
DIVISION = "people.Division"
SHARED = (ORGANISATION, DIVISION, PERSON)


# what stands where a personal text was erased
ERASED = "（消去済み）"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the archive: `by` is the way from a row to its contract.

    `personal` names the fields in which people are or may be named; `arrives` what a row is set to on arrival.
    """

    label: str
    by: str
    personal: tuple[str, ...] = ()
    omitted: Mapping[str, str] = field(default_factory=dict)
    arrives: Mapping[str, object] = field(default_factory=dict)

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @cached_property
    def fields(self) -> tuple["Field[Any, Any]", ...]:
        return tuple(each for each in self.model._meta.concrete_fields if each.attname not in self.omitted)

    @property
    def member(self) -> str:
        return f"tables/{self.label}.jsonl"


def table(label: str, by: str, *personal: str) -> Table:
    return Table(label=label, by=by, personal=personal)


TABLES = (
    table(CONTRACT, "pk"),
    table("contracts.DefinitionVersion", "contract"),
    table("contracts.Role", "contract"),
    table("contracts.ContractOrganisation", "contract"),
    table("knowledge.Article", "contract", "title", "body"),
    table("knowledge.ArticleVersion", "article__contract", "title", "body", "change_note"),
    table("desk.Queue", "contract", "name"),
    table("desk.Category", "contract", "name"),
    table("desk.TicketNumber", "contract"),
    table("desk.Ticket", "contract", "subject", "text"),
    table("desk.Activity", "ticket__contract", "text", "fields"),
    table("desk.Attachment", "ticket__contract", "name"),
    table("desk.TicketLink", "ticket__contract"),
    table("desk.Watcher", "ticket__contract"),
    table("desk.ArticleUse", "ticket__contract"),
    table("desk.AnswerTemplate", "contract", "text", "name"),
    table("desk.Macro", "contract", "note", "answer", "name", "waits_for"),
    table("desk.TicketVendor", "ticket__contract"),
    table("desk.Notice", "ticket__contract"),
    table("assets.Item", "contract", "name", "place", "note", "number", "serial"),
    table("assets.ItemImport", "contract"),
    table("assets.ItemImportRow", "run__contract", "number", "before", "after", "note"),
    table("assets.Holding", "item__contract", "place", "note"),
    table("assets.Loan", "item__contract", "condition"),
    table("assets.LoanDay", "item__contract"),
    table("assets.Stocktake", "contract", "differences"),
    table("assets.StocktakeScan", "stocktake__contract", "number"),
    Table(
        label="mail.Mailbox",
        by="contract",
        personal=("address", "display_name", "account", "aliases", "fault"),
        # two installations must not read one box
        arrives={"is_active": False},
    ),
    table("mail.KeptMail", "contract", "sender", "sender_name", "subject", "detail"),
    table("mail.MailContent", "mail__contract", "raw"),
    table("mail.OutgoingMail", "contract", "recipient", "raw", "fault", "sender"),
    table("surveys.StoredQuestionnaire", "contract", "title", "file", "text"),
    table("surveys.Round", "contract", "label"),
    table("surveys.RoundStratum", "round__contract"),
    Table(
        label="surveys.Invitation",
        by="round__contract",
        omitted={"nonce": "the secret part of a personal link: a new one is made on arrival"},
    ),
    table("surveys.Response", "round__contract"),
    table("surveys.Comment", "round__contract", "text", "search_key"),
    table("works.FormVersion", "contract"),
    table("works.Application", "ticket__contract", "answers"),
    table("works.Approval", "application__ticket__contract", "reason"),
    table("works.ApprovalAsk", "approval__application__ticket__contract"),
    table("works.Approver", "contract"),
    table("works.Absence", "contract"),
    table("works.Task", "application__ticket__contract", "records"),
    table("works.DecisionRequest", "contract", "subject", "question", "evidence", "answer", "options"),
    table("works.DecisionWait", "request__contract", "whom"),
    table("works.DecisionAsk", "request__contract"),
    table("works.Improvement", "contract", "title", "ground", "reason"),
    table("works.Problem", "contract", "title", "cause", "workaround", "permanent_fix", "preventive_action"),
    table("works.Problem_tickets", "problem__contract"),
    table("works.PersonnelBatch", "contract"),
    table("works.PersonnelRow", "batch__contract", "given", "error"),
    table("works.PersonnelChange", "row__batch__contract", "before", "note"),
    table("works.DeskRecord", "contract", "title", "text"),
    table("works.DeskRecord_attendees", "deskrecord__contract"),
    table("works.DutyBatch", "contract"),
    table("works.DutyRow", "batch__contract", "given", "error"),
    table("staffing.Member", "contract"),
    table("staffing.Leave", "member__contract"),
    table("staffing.AnnouncedEvent", "contract", "note"),
    table("staffing.Plan", "contract", "inputs", "result", "failure"),
    table("staffing.Shift", "plan__contract"),
    table("staffing.Attendance", "contract"),
    table("quality.Revision", "contract", "why", "comment", "decision_comment"),
    table("quality.FrozenFigure", "revision__contract"),
    table("quality.BudgetAlert", "contract", "text"),
    table("quality.Silence", "contract"),
    table("quality.SilenceMail", "silence__contract"),
    table("documents.Document", "contract", "label"),
    table("documents.DocumentText", "document__contract", "text"),
    table("documents.DocumentComment", "document__contract", "body"),
    table("documents.DocumentVersion", "document__contract", "texts", "tree", "pdf", "change_note"),
    table("documents.Sending", "contract", "mail"),
    table("documents.CallSending", "contract"),
    table("documents.CallSent", "sending__contract"),
    table("procurement.FirmComment", "contract", "firm", "comment", "answer", "section"),
    table("procurement.ProcurementVersion", "contract", "text"),
    table("calls.CallLink", "contract", "caller"),
    table("calls.CallExclusion", "contract", "remark"),
    table("imports.ImportProfile", "contract", "name", "mapping"),
    table("imports.ImportRun", "contract", "file_name", "mapping", "headings", "notes", "fault"),
    table("imports.RefusedRow", "run__contract", "cells", "key", "reasons"),
    table("imports.ImportedTicket", "run__contract"),
    table("imports.UnknownRequester", "contract"),
    Table(
        label="monitoring.Source",
        by="contract",
        personal=("name", "refusal"),
        omitted={
            "secret_hash": "bound to a secret that the next contractor agrees anew",
            "previous_hash": "as secret_hash",
            "previous_until": "as secret_hash",
        },
    ),
    table("monitoring.FileImport", "contract", "name", "refused"),
    table("monitoring.HeardDay", "source__contract"),
    table("monitoring.ConfirmedDays", "contract", "reason"),
    table("monitoring.Message", "source__contract", "raw", "problems"),
    table("monitoring.MappingRule", "source__contract", "tests"),
    table("monitoring.Sighting", "source__contract", "labels", "summary"),
    table("monitoring.Outage", "contract", "labels", "summary"),
    table("monitoring.OutageCorrection", "outage__contract", "reason", "old", "new"),
    table("monitoring.Maintenance", "contract", "reason", "remark"),
    table("monitoring.Probe", "contract"),
    table("monitoring.Patch", "contract"),
    table("handover.Origin", "contract"),
    table("handover.RetentionRule", "contract", "ground"),
    table("handover.Hold", "contract", "reason"),
    Table(
        label="handover.Erasure",
        by="contract",
        personal=("ground", "fault"),
        omitted={
            "sealed_work": "sealed here, and empty once the files were gone through: no archive is written before"
        },
    ),
    table("handover.FileFinding", "erasure__contract", "reason"),
    table("handover.Confirmation", "contract", "note"),
)
BY_LABEL = {each.label: each for each in TABLES}

# written by this room in a way of their own: organisations, divisions and people belong to the installation, and are
# matched on arrival; the history is kept to the letter
SHARED_TABLES = (
    ORGANISATION, DIVISION, "people.DivisionPlace", PERSON, "people.DivisionMembership", "audit.HistoryRow",
)  # fmt: skip

# texts of the installation's own tables in which people of a contract may be named
INSTALLATION = {
    "api.ApiToken": ("name",),
    "api.KeptAnswer": ("body",),
    "desk.SavedFilter": ("name", "query"),
    "django_tasks_database.DBTaskResult": ("args_kwargs", "return_value", "traceback"),
    "handover.Export": ("failure",),
    "mail.MailTry": ("latest_error",),
    "provisioning.Push": ("outcome",),
    "provisioning.TargetSystem": ("name", "columns"),
    "webhooks.Delivery": ("body", "outcome"),
    "webhooks.Receiver": ("name",),
    "webhooks.Source": ("name",),
}

LEFT_OUT = {
    "audit.ChainHead": "the end of the chain, which follows from the history",
    "knowledge.SearchWord": "the search, which is filed anew on arrival",
    "knowledge.SearchPosting": "the search, which is filed anew on arrival",
    "knowledge.SearchedText": "the search, which is filed anew on arrival",
    "knowledge.WaitingText": "the search, which is filed anew on arrival",
    "desk.SavedFilter": "people's own views of the list, which name others by their numbers on this installation",
    "desk.Presence": "who has a ticket open at this moment",
    "mail.MailTry": "messages that are still in the box of this installation",
    "calls.Board": "the telephone system as heard at this moment",
    "webhooks.Receiver": "bound to a secret that the next contractor agrees anew",
    "webhooks.Delivery": "messages signed with a secret of this installation",
    "webhooks.Source": "bound to a secret that the next contractor agrees anew",
    "webhooks.TakenMessage": "what was taken under a secret of this installation",
    "provisioning.TargetSystem": "bound to a token that the next contractor is given anew",
    "provisioning.Push": "what systems took under a token of this installation",
    "staffing.ShiftFeed": "the hash of a private address of this installation",
    "api.ApiToken": "the hash of a program's secret",
    "api.KeptAnswer": "what a program's token was answered",
    "handover.Export": "archives that lie on this installation",
    "auth.Permission": "a table of Django that is not used",
    "auth.Group": "a table of Django that is not used",
    "auth.Group_permissions": "a table of Django that is not used",
    "contenttypes.ContentType": "Django's own list of tables",
    "sessions.Session": "sign-in sessions",
    "django_tasks_database.DBTaskResult": "background work of this installation",
    "account.EmailAddress": "how people sign in here",
    "account.EmailConfirmation": "how people sign in here",
    "mfa.Authenticator": "second factors: secrets of people",
    "socialaccount.SocialApp": "providers of this installation, with their secrets",
    "socialaccount.SocialAccount": "how people sign in here; the subject alone is named with the person",
    "socialaccount.SocialToken": "secrets of providers",
}
