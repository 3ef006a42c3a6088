"""What only looks like a number, or is far too large for one, is no error anywhere in an address or a list."""

from typing import Any

import pytest
from django.test import Client
from tests.desk_world import World

from madoguchi.console.views.figures import _ticket_number
from madoguchi.desk.models import Activity

NO_NUMBERS = ("²", "٣", "9" * 30, "9" * 5_000, "-1", "0x1", "1e3", "")


@pytest.mark.parametrize("given", NO_NUMBERS)
def test_a_list_opens_at_a_page_whatever_the_address_asks(operator: Client, world: World, given: str) -> None:
    ticket = world.ticket()
    answer: Any = operator.get("/c/alpha/desk/", {"page": given})
    assert answer.status_code == 200
    assert (answer.context["page"], [each.number for each in answer.context["tickets"]]) == (1, [ticket.number])


@pytest.mark.parametrize("given", NO_NUMBERS)
def test_a_version_that_is_none_is_not_stale(operator: Client, world: World, given: str) -> None:
    ticket = world.ticket()
    answer: Any = operator.post(f"/c/alpha/tickets/{ticket.number}/presence/", {"version": given})
    assert (answer.status_code, answer.context["is_stale"]) == (200, False)


@pytest.mark.parametrize("given", NO_NUMBERS)
def test_a_bulk_act_on_what_is_no_ticket_is_refused_whole(operator: Client, world: World, given: str) -> None:
    ticket = world.ticket()
    answer = operator.post("/c/alpha/desk/bulk/", {"act": "take", "tickets": [given, str(ticket.number)]})
    assert answer.status_code == 422
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("given", ["0", "9" * 18, "9" * 19, "9" * 30, "9" * 4_400])
def test_numbers_no_table_can_hold_are_not_found(operator: Client, given: str) -> None:
    for path in (
        f"tickets/{given}/", f"tickets/{given}/draft/", f"tickets/1/files/{given}/", f"knowledge/{given}/",
        f"knowledge/{given}/edit/", f"portal/tickets/{given}/", f"portal/faq/{given}/",
    ):  # fmt: skip
        assert operator.get(f"/c/alpha/{path}").status_code == 404, path[:40]


def test_a_call_that_names_no_ticket_leads_to_none() -> None:
    assert _ticket_number("calls:1", {"calls:1": "²"}) is None
    assert _ticket_number("calls:1", {"calls:1": "000012"}) == 12
