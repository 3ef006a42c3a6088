"""Programs that may send notifications: added, revoked, refused; days that people vouch for."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import ConfirmedDays, Source
from madoguchi.monitoring.queries import services_of
from madoguchi.people.models import Person

SECRET_BYTES = 32
MAX_SOURCES = 50
MAX_JOIN_SECONDS = 86_400


@transaction.atomic
def add_source(
    *, access: Access, name: str, key: str, kind: SourceKind, clerk: Person | None, join_seconds: int, now: datetime
) -> tuple[Source, str]:
    """Let a program send notifications; return it with its secret, which is told this once.

    A `clerk` is the person in whose name a ticket is opened for each new outage.
    """
    access.require(Right.ADMINISTER)
    _check_source(access, name=name, key=key, kind=kind, clerk=clerk, now=now)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    source = Source.objects.create(
        contract=access.contract, key=key, name=name, kind=kind.value, secret_hash=_hash(secret), clerk=clerk,
        join_seconds=join_seconds, added_at=now,
    )  # fmt: skip
    details = {"kind": kind.value, "opens_tickets": clerk is not None, "join_seconds": join_seconds}
    _note(access, Entry(act="add_monitoring_source", subject=f"source:{source.pk}", details=details), now)
    return source, secret


def _check_source(
    access: Access, *, name: str, key: str, kind: SourceKind, clerk: Person | None, now: datetime
) -> None:
    known = Source.objects.filter(contract=access.contract)
    if kind is SourceKind.FILE:
        raise FieldError("kind", _("CSVファイルは「ファイルの取込み」から読み込みます。"))
    if known.count() >= MAX_SOURCES:
        raise FieldError("name", _("1契約につき%(n)s件までです。") % {"n": MAX_SOURCES})
    if known.filter(name=name).exists():
        raise FieldError("name", _("この名前はすでに使われています。"))
    if Source.objects.filter(key=key).exists():
        raise FieldError("key", _("この名前はすでに使われています。"))
    workers = people_of(contract=access.contract, day=timezone.localdate(now), kinds=RIGHTS[Right.RECEIVE])
    if clerk is not None and not workers.filter(pk=clerk.pk).exists():
        raise FieldError("clerk", _("受付の権限を持つ人を選んでください。"))


@transaction.atomic
def revoke_source(*, access: Access, source: Source, now: datetime) -> None:
    """Take nothing of a source from now on; what it sent stays."""
    access.require(Right.ADMINISTER)
    changed = Source.objects.filter(pk=source.pk, contract=access.contract, revoked_at__isnull=True).exclude(
        kind=SourceKind.FILE.value
    )
    if not changed.update(revoked_at=now, secret_hash="", previous_hash="", previous_until=None):
        raise FieldError("id", _("この送信元はすでに止められています。"))
    _note(access, Entry(act="revoke_monitoring_source", subject=f"source:{source.pk}"), now)


@transaction.atomic
def renew_secret(*, access: Access, source: Source, overlap: timedelta, now: datetime) -> str:
    """Give a source a new secret, told this once; the one before is taken until the overlap ends, none before that.

    A source that came with a contract from elsewhere has none yet. Raises FieldError for one that was stopped.
    """
    access.require(Right.ADMINISTER)
    known = Source.objects.select_for_update(of=("self",)).filter(contract=access.contract, revoked_at__isnull=True)
    found = known.exclude(kind=SourceKind.FILE.value).filter(pk=source.pk).first()
    if found is None:
        raise FieldError("id", _("この送信元はすでに止められています。"))
    secret, has_overlap = secrets.token_urlsafe(SECRET_BYTES), bool(overlap and found.secret_hash)
    found.previous_hash = found.secret_hash if has_overlap else ""
    found.previous_until = now + overlap if has_overlap else None
    found.secret_hash = _hash(secret)
    found.save(update_fields=["secret_hash", "previous_hash", "previous_until"])
    details = {"previous_until": found.previous_until.isoformat() if found.previous_until else None}
    _note(access, Entry(act="renew_monitoring_secret", subject=f"source:{found.pk}", details=details), now)
    return secret


def known_source(*, key: str, secret: str, now: datetime) -> Source | None:
    """Return the source of a key where the secret is its own, compared in equal time; nothing for anybody else."""
    source = Source.objects.filter(key=key, revoked_at__isnull=True).exclude(kind=SourceKind.FILE.value).first()
    wanted, previous = (source.secret_hash, source.previous_hash) if source else (_hash(""), "")
    given, is_overlap = _hash(secret), bool(source and source.previous_until and now < source.previous_until)
    is_own = hmac.compare_digest(given, wanted) | (hmac.compare_digest(given, previous) & is_overlap)
    return source if source is not None and is_own else None


def note_refusal(*, key: str, reason: str, now: datetime) -> None:
    """Count what was refused at the door of a source, for its administrator to see."""
    Source.objects.filter(key=key).update(
        refused_count=F("refused_count") + 1, refused_at=now, refusal=reason[:200]
    )  # fmt: skip


def file_source(*, contract: Contract, now: datetime) -> Source:
    """Return the source that stands for a contract's files."""
    source, _is_new = Source.objects.get_or_create(
        contract=contract, kind=SourceKind.FILE.value,
        defaults={"key": f"{contract.key}-files", "name": SourceKind.FILE.label, "added_at": now},
    )  # fmt: skip
    return source


@transaction.atomic
def confirm_days(
    *, access: Access, services: Sequence[str], start_date: date, closing_date: date, reason: str, now: datetime
) -> ConfirmedDays:
    """Vouch that all outages of some days are known, though no source was heard of. Raises FieldError."""
    access.require(Right.MANAGE)
    today = timezone.localdate(now)
    known = services_of(access.contract, day=today)
    unknown = [each for each in services if each not in known]
    if unknown:
        given = {"given": "、".join(unknown)[:100], "allowed": "、".join(known)}
        raise FieldError("services", _("「%(given)s」という対象はありません。使える値: %(allowed)s") % given)
    if closing_date < start_date:
        raise FieldError("closing_date", _("終わりの日を始まりの日以後にしてください。"))
    if closing_date > today or start_date < access.contract.start_date:
        days = {"first": access.contract.start_date, "last": today}
        raise FieldError("start_date", _("%(first)sから%(last)sまでの日を指定してください。") % days)
    if not reason.strip():
        raise FieldError("reason", _("確認の根拠を入力してください。"))
    confirmed = ConfirmedDays.objects.create(
        contract=access.contract, services=sorted(set(services)), start_date=start_date, closing_date=closing_date,
        reason=reason, by=access.person, at=now,
    )  # fmt: skip
    details = {"start": start_date.isoformat(), "closing": closing_date.isoformat(), "services": confirmed.services}
    _note(access, Entry(act="confirm_monitored_days", subject=f"confirmed:{confirmed.pk}", details=details), now)
    return confirmed


def _hash(secret: str) -> str:
    """Return what is kept of a secret; it is random enough to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(access: Access, entry: Entry, now: datetime) -> None:
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
