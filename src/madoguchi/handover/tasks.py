"""Background work on archives and erasures."""

from django.utils import timezone
from django_tasks import task

from madoguchi.handover.operations.clear import clear_all
from madoguchi.handover.operations.export import run_export


@task()
def write_export(export_id: int) -> None:
    """Write an archive that waits."""
    run_export(export_id=export_id, now=timezone.now())


@task(queue_name="plans")
def clear_erased() -> int:
    """Go through the files of approved erasures, from where it was left. Returns how many are through."""
    return clear_all(clock=timezone.now)
