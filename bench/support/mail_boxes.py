"""Boxes of the mail bench and their readers: `build PORT BOXES CONTRACTS`, or `work BOX` when standard input closes."""

import sys

from madoguchi.cli.serve import prepare, set_up

PEOPLE = 200


def build(port: int, boxes: int, contracts: int) -> None:
    """Make boxes in turn for each contract, and every second sender known in it."""
    prepare()
    from tests.desk_world import NOW, START, make_world  # noqa: PLC0415  # needs Django set up
    from tests.mail.boxes import make_box  # noqa: PLC0415
    from tests.mail.secrets import give_secret  # noqa: PLC0415

    from madoguchi.contracts.operations import give_role  # noqa: PLC0415
    from madoguchi.core.vocabulary import RoleKind  # noqa: PLC0415
    from madoguchi.people.operations import add_person  # noqa: PLC0415

    worlds = [make_world(f"bench{number}") for number in range(contracts)]
    for world in worlds:
        for number in range(0, PEOPLE, 2):
            mail = f"person{number}@example.jp"
            person = add_person(name=f"人{number}", mail=mail, actor="system:bench", at=NOW)
            kind, contract = RoleKind.USER, world.contract
            give_role(contract=contract, person=person, kind=kind, start_date=START, actor="system:bench", at=NOW)
    for number in range(boxes):
        box = make_box(
            worlds[number % contracts], name=f"box{number}", address=f"box{number}@example.go.jp", protocol="imap",
            host="127.0.0.1", port=port, security="plain", account=f"box{number}", after="expunge",
            hourly_limit=10**6,
        )  # fmt: skip
        give_secret(box)


def work(number: int) -> None:
    set_up()
    from madoguchi.knowledge.search.words import words_of  # noqa: PLC0415
    from madoguchi.mail.models import Mailbox  # noqa: PLC0415
    from madoguchi.mail.rounds import fetch_box  # noqa: PLC0415

    box = Mailbox.objects.select_related("contract", "clerk", "queue").get(name=f"box{number}")
    words_of("温める")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    fetch_box(box)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[2:]]
    if sys.argv[1] == "build":
        build(*numbers)
    else:
        work(*numbers)
