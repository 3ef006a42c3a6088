"""Background work on archives."""

from django.utils import timezone
from django_tasks import task

from madoguchi.handover.operations.export import run_export


@task()
def write_export(export_id: int) -> None:
    """Write an archive that waits."""
    run_export(export_id=export_id, now=timezone.now())
