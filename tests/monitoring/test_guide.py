"""What the guide says to paste is what is read; and the example desk is watched as it says."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.desk_world import World
from tests.monitoring.monitored import ADMIN, DIVISION, LATER, MANAGER, japan, promise_services

from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile, SourceKind
from madoguchi.core.vocabulary import Verdict
from madoguchi.monitoring.models import Maintenance, Message, Outage
from madoguchi.monitoring.reading.body import read_body
from madoguchi.monitoring.tables import COLUMNS
from madoguchi.monitoring.tasks import RAW_DAYS
from madoguchi.quality.figures import figures_of_month
from madoguchi.samples.living_monitoring import add_monitoring

GUIDE = (Path(__file__).parents[2] / "docs/guides/monitoring.md").read_text(encoding="utf-8")
ZABBIX = {
    "{EVENT.ID}": "7", "{EVENT.VALUE}": "0", "{TRIGGER.ID}": "3", "{HOST.HOST}": "mail1", "{EVENT.NAME}": "SMTP",
    "{EVENT.DATE}": "2026.05.10", "{EVENT.TIME}": "01:00:00", "{EVENT.RECOVERY.DATE}": "2026.05.10",
    "{EVENT.RECOVERY.TIME}": "02:00:00",
}  # fmt: skip


def test_the_parameters_of_zabbix_are_read_even_where_it_knows_no_timestamps() -> None:
    named = dict(re.findall(r"^\| `(\w+)` \| `(\{[A-Z.]+\})` \|$", GUIDE, re.MULTILINE))
    body = {name: ZABBIX.get(macro, macro) for name, macro in named.items()}
    reading = read_body(json.dumps(body).encode(), kind=SourceKind.ZABBIX, now=LATER)
    assert reading.problems == []
    item = reading.items[0]
    assert (item.started_at, item.ended_at) == (japan("2026-05-10 01:00"), japan("2026-05-10 02:00"))
    assert (item.labels["host"], item.summary, item.problem) == ("mail1", "SMTP", "trigger 3")


def test_the_script_of_nagios_writes_what_is_read() -> None:
    script = re.findall(r"python3 -c '(.*?)'", GUIDE, re.DOTALL)[0]
    given = ["PROBLEM", "mail1", 'SMTP "x"', "CRITICAL", "mail", str(int(japan("2026-05-10 01:00").timestamp())), "落"]
    raw = subprocess.run([sys.executable, "-c", script, *given], capture_output=True, check=True).stdout
    reading = read_body(raw, kind=SourceKind.NAGIOS, now=LATER)
    assert reading.problems == []
    assert (reading.items[0].started_at, reading.items[0].summary) == (japan("2026-05-10 01:00"), "落")


def test_the_headings_of_files_and_the_time_of_bytes_are_as_said() -> None:
    for kind in MonitoringFile:
        assert ",".join(COLUMNS[kind]) in GUIDE
    assert f"kept {RAW_DAYS} days" in GUIDE


def test_the_example_desk_is_watched_and_leaves_something_to_do(world: World) -> None:
    promise_services(world)
    people = {"admin": world.access[ADMIN], "manager": world.access[MANAGER], "division": world.access[DIVISION]}
    add_monitoring(contract=world.contract, people=people, now=LATER)
    assert Outage.objects.filter(service="").count() == 1
    assert Maintenance.objects.filter(state=MaintenanceState.PROPOSED.value).exists()
    assert Message.objects.filter(state="quarantined").count() == 1
    figures = figures_of_month(contract=world.contract, month=date(2026, 5, 1), now=LATER).measurements
    verdicts = {each.indicator.id: each.judgement.verdict for each in figures}
    measured = ("availability_mail", "availability_wan", "start_time", "patches")
    assert all(verdicts[name] is not Verdict.NOT_MEASURABLE for name in measured)
