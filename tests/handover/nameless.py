"""Columns of texts in which nobody's name, number or address can stand, each with the reason."""

from collections.abc import Mapping

HASH = "a hash, of which nothing can be read"
KEY = "a key or a word that the program or a definition gives"
PLACE = "names of offices and of the contract, which outlive the people in them"
FACT = "names a fact among the figures, and is hashed with them: a number or a key of another system"
COUNTED = "made of counts and of words of the definitions"
SECRET = "a secret of the installation, or what it is told by"
DJANGO = "Django's own list of the program's parts"
GONE = "goes with the person's row, or is emptied in it"
FREE = "a definition in force, which an administrator writes of matters and never of people; it is hashed with figures"

REASONS: Mapping[str, tuple[str, ...]] = {
    "names to look for in files, encrypted, and emptied once the files were gone through": (
        "handover.Erasure.sealed_work",
    ),
    HASH: (
        "api.ApiToken.hash", "api.KeptAnswer.request_hash", "audit.ChainHead.hash", "audit.HistoryRow.previous_hash",
        "audit.HistoryRow.hash", "desk.Attachment.sha256", "documents.DocumentVersion.pdf_sha256",
        "handover.Erasure.sha256", "handover.Erasure.searched_until", "handover.Export.sha256",
        "handover.Origin.archive_sha256",
        "imports.ImportRun.sha256", "imports.ImportedTicket.content_hash", "mail.KeptMail.sameness",
        "mail.KeptMail.sha256", "monitoring.Message.digest", "monitoring.Sighting.digest",
        "quality.Revision.definitions_hash", "quality.Revision.hash", "staffing.ShiftFeed.hash",
        "provisioning.Push.wanted_hash", "provisioning.Push.taken_hash",
    ),
    KEY: (
        "api.KeptAnswer.key", "calls.CallExclusion.indicator",
        "desk.Attachment.media_type", "desk.Notice.kind", "desk.Notice.clock",
        "desk.Notice.share", "desk.Ticket.escalated_to", "documents.Document.kind", "documents.DocumentText.name",
        "documents.DocumentVersion.months", "documents.Sending.kind", "handover.Confirmation.item",
        "handover.Erasure.kind", "handover.Hold.kind", "knowledge.ArticleVersion.audience",
        "knowledge.ArticleVersion.state", "mail.Mailbox.host", "mail.Mailbox.folder",
        "monitoring.OutageCorrection.field", "procurement.FirmComment.outcome", "procurement.ProcurementVersion.part",
        "staffing.Member.skills", "staffing.Shift.kind", "surveys.Comment.question", "surveys.Invitation.mail_due",
        "surveys.Response.answers", "surveys.Round.key", "surveys.Round.address", "surveys.RoundStratum.name",
        "surveys.StoredQuestionnaire.key", "webhooks.Delivery.message", "webhooks.Source.key",
        "webhooks.Receiver.url", "provisioning.TargetSystem.url", "provisioning.Push.remote_id", "works.Approval.key",
        "works.FormVersion.key", "works.Task.key", "monitoring.Source.key",
        "django_tasks_database.DBTaskResult.task_path", "django_tasks_database.DBTaskResult.worker_ids",
        "django_tasks_database.DBTaskResult.queue_name", "django_tasks_database.DBTaskResult.backend_name",
        "django_tasks_database.DBTaskResult.exception_class_path", "people.Person.language",
    ),
    "the history names people by number, and holds counts": (
        "audit.ChainHead.chain", "audit.HistoryRow.chain", "audit.HistoryRow.actor", "audit.HistoryRow.act",
        "audit.HistoryRow.subject", "audit.HistoryRow.details", "handover.Erasure.rows", "handover.Erasure.proof",
        "handover.Origin.people", "handover.Origin.offsets",
    ),
    PLACE: (
        "contracts.Contract.name", "people.DivisionPlace.name", "people.Organisation.name",
    ),
    FACT: (
        "calls.CallExclusion.source",
        "calls.CallLink.source", "desk.Ticket.source", "mail.KeptMail.source_key", "mail.MailTry.source_key",
        "mail.KeptMail.message_id", "mail.OutgoingMail.message_id", "monitoring.Patch.device",
        "monitoring.Patch.unit", "monitoring.Patch.patch", "monitoring.Outage.problem", "monitoring.Sighting.problem",
        "monitoring.Outage.seen_severity", "monitoring.Outage.severity", "monitoring.Sighting.severity",
        "monitoring.Outage.service", "monitoring.Outage.fixed_service", "monitoring.Probe.service",
        "monitoring.Maintenance.service", "monitoring.MappingRule.service", "monitoring.MappingRule.severity",
        "monitoring.ConfirmedDays.services", "webhooks.TakenMessage.message",
    ),
    "the reason of an exclusion is part of a figure, and hashed with it": (
        "desk.Ticket.exclusion_reason", "calls.CallExclusion.reason",
    ),
    COUNTED: (
        "quality.BudgetAlert.indicator", "quality.BudgetAlert.level", "quality.FrozenFigure.indicator",
        "quality.Silence.kind", "quality.Silence.name", "quality.SilenceMail.fault",
        "quality.FrozenFigure.window", "quality.FrozenFigure.verdict", "quality.FrozenFigure.facts",
        "quality.FrozenFigure.shown", "quality.FrozenFigure.explanation",
    ),
    FREE: (
        "contracts.DefinitionVersion.texts", "works.FormVersion.text",
    ),
    SECRET: (
        "account.EmailConfirmation.key", "mfa.Authenticator.data", "monitoring.Source.secret_hash",
        "monitoring.Source.previous_hash",
        "sessions.Session.session_key", "socialaccount.SocialApp.provider", "socialaccount.SocialApp.provider_id",
        "socialaccount.SocialApp.name", "socialaccount.SocialApp.client_id", "socialaccount.SocialApp.secret",
        "socialaccount.SocialApp.key", "socialaccount.SocialApp.settings", "surveys.Invitation.nonce",
        "webhooks.Receiver.sealed_secret", "webhooks.Source.sealed_secret",
        "webhooks.Source.sealed_previous", "webhooks.Receiver.sealed_previous",
        "provisioning.TargetSystem.sealed_token",
    ),
    DJANGO: (
        "auth.Group.name", "auth.Permission.name", "auth.Permission.codename", "contenttypes.ContentType.app_label",
        "contenttypes.ContentType.model",
    ),
    GONE: (
        "account.EmailAddress.email", "sessions.Session.session_data", "socialaccount.SocialAccount.provider",
        "socialaccount.SocialAccount.uid", "socialaccount.SocialAccount.extra_data",
        "socialaccount.SocialToken.token", "socialaccount.SocialToken.token_secret", "people.Person.password",
        "people.Person.sign_in_name", "people.Person.name", "people.Person.reading", "people.Person.search_key",
        "people.Person.mail", "people.Person.extension", "people.Person.vouched_by", "calls.Board.content",
        "knowledge.SearchWord.text", "knowledge.SearchedText.words",
    ),
    "what is wrong with the connection to the telephones": (
        "calls.Board.problem",
    ),
}  # fmt: skip
