from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.contracts.models import Contract
from madoguchi.core.mail_vocabulary import (
    AfterIntake,
    MailProtocol,
    MailReason,
    MailSecurity,
    MailState,
    OutgoingState,
)
from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.desk.models import Notice, Queue, Ticket, word
from madoguchi.people.sayings import retold


def _known(field: str, words: type[LabelledEnum]) -> models.CheckConstraint:
    condition = Q(**{f"{field}__in": [each.value for each in words]})
    return models.CheckConstraint(condition=condition, name=f"%(class)s_{field}_known")


class Mailbox(models.Model):
    """A box of a contract. Its password is in no table: it is in a file named after contract and box."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="mailboxes")
    name = models.SlugField(max_length=40)
    address = models.EmailField(max_length=254)
    display_name = models.CharField(max_length=100, blank=True)
    aliases = models.JSONField(default=list)
    protocol = word(MailProtocol, default=MailProtocol.IMAP.value)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=993)
    security = word(MailSecurity, default=MailSecurity.TLS.value)
    account = models.CharField(max_length=254, blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    after = word(AfterIntake, default=AfterIntake.FLAG.value)
    queue = models.ForeignKey(Queue, null=True, on_delete=models.PROTECT, related_name="+")
    # in whose name the room acts; known by no sign-in name and with no role
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    takes_strangers = models.BooleanField(default=True)
    acknowledges = models.BooleanField(default=False)
    has_extensions = models.BooleanField(default=True)
    hourly_limit = models.PositiveIntegerField(default=60)

    uid_validity = models.BigIntegerField(null=True)
    next_uid = models.BigIntegerField(default=1)
    latest_success_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    fault_since = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "name"), name="mailbox_name_once"),
            models.UniqueConstraint(fields=("address",), name="mailbox_address_once"),
            _known("protocol", MailProtocol),
            _known("security", MailSecurity),
            _known("after", AfterIntake),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fault_said(self) -> str:
        """Return what is wrong, in the reader's language."""
        return retold(self.fault)

    @property
    def own_addresses(self) -> tuple[str, ...]:
        return (self.address, *self.aliases)


class KeptMail(models.Model):
    """A mail that came in, once: `source_key` is its UIDVALIDITY and UID, its UIDL, or the hash of piped bytes."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", db_index=False)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="mails", db_index=False)
    source_key = models.CharField(max_length=150)
    state = word(MailState)
    reason = word(MailReason, blank=True, default="")
    detail = models.CharField(max_length=400, blank=True)
    received_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    message_id = models.CharField(max_length=500, blank=True)
    sameness = models.CharField(max_length=64)
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_whole = models.BooleanField(default=True)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="mails")
    activity_number = models.PositiveIntegerField(null=True)
    is_from_participant = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("mailbox", "source_key"), name="kept_mail_once"),
            _known("state", MailState),
        ]
        indexes = [
            models.Index(fields=("contract", "message_id"), name="kept_mail_by_message_id"),
            models.Index(fields=("contract", "sameness"), name="kept_mail_by_sameness"),
            models.Index(fields=("contract", "sender", "kept_at"), name="kept_mail_by_sender"),
            models.Index(fields=("contract", "state", "kept_at"), name="kept_mail_by_state"),
        ]

    def __str__(self) -> str:
        return self.subject


class MailContent(models.Model):
    """The bytes of a kept mail, apart from what lists show."""

    mail = models.OneToOneField(KeptMail, on_delete=models.CASCADE, primary_key=True, related_name="content")
    raw = models.BinaryField()


class MailTry(models.Model):
    """A message was taken in hand so often and is not kept yet; the row goes with the success."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="tries", db_index=False)
    source_key = models.CharField(max_length=150)
    count = models.PositiveIntegerField(default=1)
    latest_error = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("mailbox", "source_key"), name="mail_try_once")]


class OutgoingMail(models.Model):
    """A mail of ours, written once with its Message-ID and sent until it is out or given up."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", db_index=False)
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.PROTECT, related_name="outgoing")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="outgoing_mails")
    activity_number = models.PositiveIntegerField(null=True)
    notice = models.OneToOneField(Notice, null=True, on_delete=models.PROTECT, related_name="outgoing_mail")
    recipient = models.CharField(max_length=320)
    sender = models.CharField(max_length=320)
    message_id = models.CharField(max_length=500)
    is_automatic = models.BooleanField(default=False)
    raw = models.BinaryField()
    state = word(OutgoingState, default=OutgoingState.WAITING.value)
    attempts = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [_known("state", OutgoingState)]
        indexes = [
            models.Index(
                fields=("next_try_at",), name="outgoing_mail_due", condition=Q(state__in=("waiting", "sending"))
            ),
            models.Index(fields=("contract", "message_id"), name="outgoing_by_message_id"),
            models.Index(fields=("contract", "state", "made_at"), name="outgoing_by_state"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def fault_said(self) -> str:
        """Return what is wrong, in the reader's language."""
        return retold(self.fault)
