"""Background work asked for on the console."""

import logging

from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from madoguchi.console.staffing_data import known_calls
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import PlanKind
from madoguchi.staffing.models import Plan
from madoguchi.staffing.operations.plans import begin_plan, keep_failure, keep_result
from madoguchi.staffing.queries import announced_events, planned_people

LOG = logging.getLogger(__name__)


@task(queue_name="plans")
def compute_plan(plan_id: int) -> None:
    """Compute a plan that waits, and keep what came of it, or why nothing did."""
    plan = begin_plan(plan_id=plan_id, now=timezone.now())
    if plan is None:
        return
    try:
        with override(plan.made_by.language):
            _compute(plan)
    except MadoguchiError as error:
        keep_failure(plan=plan, message=str(error), now=timezone.now())
    except Exception:
        LOG.exception("plan %s of contract %s failed", plan.number, plan.contract.key)
        keep_failure(plan=plan, message="", now=timezone.now())
        raise


def _compute(plan: Plan) -> None:
    from madoguchi.staffing.compute import Given, look_back, plan_ahead  # noqa: PLC0415  # compiles numeric loops

    now = timezone.now()
    known = known_calls(contract=plan.contract, now=now)
    given = Given(
        promised=known.promised, history=known.history, redial_share=known.redial_share,
        events=announced_events(plan.contract), people=planned_people(contract=plan.contract, day=plan.month),
    )  # fmt: skip
    found = look_back(plan, given) if plan.kind == PlanKind.PAST.value else plan_ahead(plan, given)
    keep_result(plan=plan, result=found.result, shifts=found.shifts, now=timezone.now())
