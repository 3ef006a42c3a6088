"""Background work on imports: what was asked for is brought in, or taken back."""

import logging
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from madoguchi.contracts.access import Access, access_to
from madoguchi.core.errors import MadoguchiError
from madoguchi.desk.tasks import file_for_search
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.carry_out import carry_out
from madoguchi.imports.operations.runs import check_ledger, fail_check
from madoguchi.imports.operations.undo import carry_out_undo
from madoguchi.people.models import Person
from madoguchi.people.sayings import error_kept, kept, say

LOG = logging.getLogger(__name__)


@task()
def try_ledger(run_id: int, person_id: int) -> None:
    """Go through a ledger for whoever asked; a file that cannot be gone through says why on its page."""
    _work(_try, run_id, person_id)


def _try(*, access: Access, run_id: int) -> None:
    mapping = ImportRun.objects.get(pk=run_id).mapping

    def moved(count: int) -> None:
        ImportRun.objects.filter(pk=run_id).update(done_count=count, moved_at=timezone.now())

    try:
        check_ledger(access=access, run_id=run_id, now=timezone.now(), progress=moved)
    except MadoguchiError as error:
        fail_check(run_id=run_id, mapping=mapping, fault=error_kept(error))
        raise
    except Exception:
        fail_check(run_id=run_id, mapping=mapping, fault=kept([say("思いがけない誤りで止まりました。")]))
        raise


@task()
def import_ledger(run_id: int, person_id: int) -> None:
    """Bring a ledger in for whoever started it; what goes wrong stands on the import's page."""
    _work(carry_out, run_id, person_id)
    file_for_search.enqueue()


@task()
def undo_import(run_id: int, person_id: int) -> None:
    _work(carry_out_undo, run_id, person_id)


def _work(act: Callable[..., object], run_id: int, person_id: int) -> None:
    run = ImportRun.objects.select_related("contract").get(pk=run_id)
    person = Person.objects.get(pk=person_id)
    access = access_to(person=person, contract_key=run.contract.key, day=timezone.localdate())
    with override(person.language):
        try:
            act(access=access, run_id=run_id)
        except MadoguchiError as error:
            # what was wrong, which may name people, stands with the run
            LOG.warning("import %s of contract %s stopped: %s", run_id, run.contract.key, type(error).__name__)
