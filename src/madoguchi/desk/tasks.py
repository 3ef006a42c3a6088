"""Background work of the desk."""

from django.utils import timezone
from django_tasks import task

from madoguchi.desk.operations.filing import file_waiting_tickets
from madoguchi.desk.operations.notices import send_due_warnings


@task(queue_name="notices")
def send_warnings() -> int:
    """Send the clocks' warnings that are due. Returns how many."""
    return send_due_warnings(now=timezone.now())


@task(queue_name="plans")
def file_for_search() -> int:
    """File the tickets that an import left to be filed. Returns how many; a hundred thousand take about a minute."""
    return file_waiting_tickets()
