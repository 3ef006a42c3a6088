"""Every column that can hold a person's name is erased or looked through; the others say why they cannot hold one."""

from collections import Counter

from django.apps import apps
from django.db import models
from tests.handover.nameless import REASONS

from madoguchi.handover.retention import TARGETS
from madoguchi.handover.tables import BY_LABEL, INSTALLATION

TEXTS = (
    models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField,
    models.GenericIPAddressField,
)  # fmt: skip
# the bytes of mails and documents are read and let go, or written anew
READ = {"mail.MailContent.raw", "mail.OutgoingMail.raw", "documents.DocumentVersion.pdf"}


def columns_of_texts() -> set[str]:
    """Return every column of the database that can hold what somebody wrote; a choice of words cannot."""
    return {
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS) and not field.choices and not isinstance(field, models.SlugField)
    }


def columns_erased() -> set[str]:
    emptied = {f"{each.label}.{name}" for targets in TARGETS.values() for each in targets for name in each.empty}
    looked_through = {
        f"{label}.{field.attname}"
        for label, table in BY_LABEL.items()
        for field in table.fields
        if field.attname in table.personal and not isinstance(field, models.BinaryField)
    }
    return emptied | looked_through | {f"{label}.{name}" for label, names in INSTALLATION.items() for name in names}


def test_every_column_of_texts_is_erased_or_says_why_nobody_stands_in_it() -> None:
    named = Counter(each for columns in REASONS.values() for each in columns)
    assert [each for each, count in named.items() if count > 1] == []
    erased = columns_erased() | READ
    assert sorted(columns_of_texts() - erased - set(named)) == []
    assert sorted(set(named) - columns_of_texts()) == []
    assert sorted(set(named) & erased) == []


def test_what_is_emptied_is_a_column_and_marked_as_personal_in_the_archive() -> None:
    for targets in TARGETS.values():
        for each in targets:
            assert set(each.empty) <= set(BY_LABEL[each.label].personal), each.label
