"""Two contracts with everybody in them, for tests of the desk."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from madoguchi.contracts.access import Access, access_to
from madoguchi.contracts.models import Contract
from madoguchi.contracts.operations import add_contract, give_role
from madoguchi.core.vocabulary import Act, Channel, Priority, RoleKind, TicketKind, Tier, Visibility
from madoguchi.desk.models import Category, Queue, Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.people.models import Organisation, Person
from madoguchi.people.operations import add_person

START = date(2026, 4, 1)
# Wednesday 2026-05-20, 10:00 in Japan
NOW = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

CONTRACT = """
format = 1
[contract]
id = "{key}"
name = "契約{key}"
buyer = "発注府省"
supplier = "受託事業者"
start_date = 2026-04-01
end_date = 2031-03-31
[contract.evaluation]
start_date = 2026-04-01
end_date = 2031-03-31
[calendar]
zone = "Asia/Tokyo"
hours = ["09:00-12:00", "13:00-17:00"]
"""
CLOCK = """
id = "first_answer"
label = "一次回答（1時間）"
label_en = "First answer"
warnings = [50, 100]
[allowance]
time = "1h"
[[start]]
column = "act"
is = ["receive"]
[[stop]]
column = "act"
is = ["answer", "resolve", "merge"]
[[cancel]]
column = "act"
is = ["withdraw"]
[[pause]]
column = "to_state"
is = ["waiting_requester", "waiting_elsewhere"]
[[resume]]
column = "act"
is = ["resume", "reply"]
"""
COUNT = """
id = "ticket_count"
label = "受付件数"
label_en = "Tickets"
requirement = "1か月当たり1000件以下"
statistic = "count"
table = "tickets"
[[objective]]
comparator = "at_most"
target = 1000
"""


@dataclass
class World:
    """A contract, its people by what they are, and its queues."""

    contract: Contract
    access: dict[RoleKind, Access] = field(default_factory=dict)
    queues: dict[Tier, Queue] = field(default_factory=dict)

    def person(self, kind: RoleKind) -> Person:
        return self.access[kind].person

    def ticket(
        self,
        *,
        subject: str = "印刷できない",
        text: str = "プリンターから印刷できません。",
        at: datetime = NOW,
        requester: RoleKind = RoleKind.USER,
        channel: Channel = Channel.PHONE,
        kind: TicketKind = TicketKind.FAULT,
        priority: Priority = Priority.NORMAL,
    ) -> Ticket:
        new = NewTicket(
            requester=self.person(requester), kind=kind, channel=channel, subject=subject, text=text, received_at=at,
            priority=priority,
        )  # fmt: skip
        return receive_ticket(access=self.access[RoleKind.OPERATOR], new=new, now=at)

    def act(
        self,
        ticket: Ticket,
        act: Act,
        *,
        at: datetime = NOW,
        by: RoleKind = RoleKind.OPERATOR,
        text: str = "",
        version: int | None = None,
        queue: Tier | None = None,
        told: bool = False,
        **fields: object,
    ) -> Ticket:
        step = Step(
            act=act, text=text, fields=fields, queue=self.queues[queue] if queue else None,
            visibility=Visibility.PUBLIC if told else Visibility.INTERNAL,
        )  # fmt: skip
        return act_on(access=self.access[by], ticket_id=ticket.pk, version=version, steps=[step], now=at)


def definition_texts(key: str, *, clock: str = CLOCK) -> dict[str, str]:
    texts = {"contract.toml": CONTRACT.format(key=key), "indicators/ticket_count.toml": COUNT}
    return texts | ({"clocks/first_answer.toml": clock} if clock else {})


def make_world(key: str, *, clock: str = CLOCK) -> World:
    """Make a contract with one person for each role; the vendor's people belong to a firm of their own."""
    contract = add_contract(key=key, texts=definition_texts(key, clock=clock), actor="system:test", at=NOW)
    world = World(contract=contract)
    desk = Organisation.objects.create(key=f"{key}-desk", name="受託事業者")
    firm = Organisation.objects.create(key=f"{key}-firm", name="保守会社")
    for kind in RoleKind:
        home = firm if kind is RoleKind.VENDOR else desk
        person = add_person(
            name=f"{kind.label} {key}", reading=f"よみ {kind.value}", mail=f"{kind.value}-{key}@example.jp",
            sign_in_name=f"{kind.value}-{key}", password=PASSWORD, organisation=home, actor="system:test", at=NOW,
        )  # fmt: skip
        give_role(contract=contract, person=person, kind=kind, start_date=START, actor="system:test", at=NOW)
        world.access[kind] = access_to(person=person, contract_key=key, day=NOW.date())
    names = {
        Tier.FIRST_LINE: "first",
        Tier.SECOND_LINE: "second",
        Tier.RESPONSIBLE_DIVISION: "division",
        Tier.VENDOR: "vendor",
    }
    for tier, name in names.items():
        home_of_queue = firm if tier is Tier.VENDOR else None
        world.queues[tier] = Queue.objects.create(
            contract=contract, key=name, name=tier.label, tier=tier.value, organisation=home_of_queue
        )
    Category.objects.create(contract=contract, key="printer", name="プリンター")
    return world
