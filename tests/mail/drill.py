"""What the fault drill runs beside itself, on the database of the variables: `build PORT BOX...`, `serve`, `count`."""

import json
import sys
from collections import Counter

from madoguchi.cli import serve
from madoguchi.cli.serve import prepare, set_up


def build(port: int, boxes: list[str]) -> None:
    prepare()
    from tests.desk_world import make_world  # noqa: PLC0415  # needs Django set up
    from tests.mail.boxes import make_box  # noqa: PLC0415
    from tests.mail.secrets import give_secret  # noqa: PLC0415

    world = make_world("alpha")
    for name in boxes:
        box = make_box(
            world, name=name, address=f"{name}@example.go.jp", protocol="imap", host="127.0.0.1", port=port,
            security="plain", account=name, after=name.partition("-")[2], hourly_limit=100_000,
        )  # fmt: skip
        give_secret(box)


def run() -> None:
    """Serve mail as `madoguchi serve --only mail` does, only with shorter pauses."""
    set_up()
    from madoguchi.mail import watching  # noqa: PLC0415

    serve.RESTART_SECONDS, watching.ROUND_SECONDS = 0.1, 0.2
    serve.serve(host="", port=0, workers=1, only="mail")


def count() -> None:
    """Print what every letter came to: its text as a ticket's or a step's, the states of mails, the boxes' faults."""
    set_up()
    from madoguchi.desk.models import Activity, Ticket  # noqa: PLC0415
    from madoguchi.mail.models import KeptMail, Mailbox  # noqa: PLC0415

    replies = Activity.objects.filter(act="reply").values_list("text", flat=True)
    words = Counter([*Ticket.objects.values_list("text", flat=True), *replies])
    found = {
        "words": words,
        "states": Counter(KeptMail.objects.values_list("state", flat=True)),
        "alarms": [each.fault for each in Mailbox.objects.filter(alarm_at__isnull=False)],
        "faults": [each.fault for each in Mailbox.objects.exclude(fault="")],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(int(sys.argv[2]), sys.argv[3:])
    else:
        {"serve": run, "count": count}[sys.argv[1]]()
