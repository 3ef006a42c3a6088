"""Rules from labels to the contract's services, and what they make of outages already known."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.bulk import update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.locks import locked_source
from madoguchi.monitoring.models import MappingRule, Outage, Source
from madoguchi.monitoring.operations.following import SETTLED, rules_of, settle
from madoguchi.monitoring.queries import services_of

MAX_RULES, MAX_TESTS, MAX_PATTERN = 500, 8, 200
CHUNK = 1_000


def conditions_from(text: str) -> list[list[str]]:
    """Return the tests of lines such as `instance=mail*.example.jp`. Raises FieldError by line."""
    tests = []
    for number, line in enumerate(text.splitlines(), start=1):
        label, sign, pattern = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not (sign and label and pattern) or len(line) > MAX_PATTERN:
            given = {"line": number, "given": line[:60], "limit": MAX_PATTERN}
            text = _("%(line)s行目「%(given)s」: 「ラベル=値」の形で、%(limit)s文字以内にしてください。")
            raise FieldError("tests", text % given)
        tests.append([label, pattern])
    if not 0 < len(tests) <= MAX_TESTS:
        raise FieldError("tests", _("条件は1行から%(n)s行までにしてください。") % {"n": MAX_TESTS})
    return tests


@transaction.atomic
def add_rule(
    *, access: Access, source_id: int, tests: Sequence[Sequence[str]], service: str, severity: str, now: datetime
) -> int:
    """Add a rule after those there are, and return how many known outages it changed. Raises FieldError."""
    access.require(Right.MANAGE)
    source = locked_source(source_id)
    known = services_of(access.contract, day=timezone.localdate(now))
    if service and service not in known:
        given = {"given": service[:60], "allowed": "、".join(known)}
        raise FieldError("service", _("「%(given)s」という対象はありません。使える値: %(allowed)s") % given)
    rules = MappingRule.objects.filter(source=source)
    if rules.count() >= MAX_RULES:
        raise FieldError("tests", _("1送信元につき%(n)s件までです。") % {"n": MAX_RULES})
    latest = rules.aggregate(latest=Max("number"))["latest"] or 0
    rule = MappingRule.objects.create(
        source=source, number=latest + 1, tests=[list(each) for each in tests], service=service, severity=severity
    )
    changed = _map_again(source)
    _note(access, "add_mapping_rule", rule, changed, now)
    return changed


@transaction.atomic
def remove_rule(*, access: Access, rule: MappingRule, now: datetime) -> int:
    """Take a rule away and return how many known outages that changed."""
    access.require(Right.MANAGE)
    source = locked_source(rule.source_id)
    MappingRule.objects.filter(pk=rule.pk).delete()
    changed = _map_again(source)
    _note(access, "remove_mapping_rule", rule, changed, now)
    return changed


def _map_again(source: Source) -> int:
    """Ask the rules about every outage of a source again; what people decided stays."""
    rules, changed = rules_of(source), []
    for outage in Outage.objects.filter(source=source).select_related("source").iterator(chunk_size=CHUNK):
        before = [getattr(outage, name) for name in SETTLED]
        settle(outage, rules=rules)
        if before != [getattr(outage, name) for name in SETTLED]:
            changed.append(outage)
    update_rows(changed, SETTLED)
    return len(changed)


def _note(access: Access, act: str, rule: MappingRule, changed: int, now: datetime) -> None:
    details: Mapping[str, object] = {
        "source": rule.source_id, "tests": rule.tests, "service": rule.service, "severity": rule.severity,
        "changed": changed,
    }  # fmt: skip
    entry = Entry(act=act, subject=f"mapping_rule:{rule.number}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
