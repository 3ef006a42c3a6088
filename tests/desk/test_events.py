"""A month worked at the desk and the same month exported and measured by the command line give one figure."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.desk_world import NOW, World, definition_texts

from madoguchi.cli.main import main
from madoguchi.core.vocabulary import Act, Attribution, Channel, RoleKind
from madoguchi.quality.figures import export_facts, figures_of_month
from madoguchi.reports.rows import row_of

MORE = {
    "first_answer": 'label = "1時間以内の回答"\nlabel_en = "w"\nrequirement = "r"\nstatistic = "share_within"\n'
    'table = "tickets"\n[value]\nclock = "business"\nfrom = "received_at"\nto = "first_answered_at"\n'
    '[within]\ntime = "1h"\n[[objective]]\ncomparator = "at_least"\ntarget = 90\n',
    "complaints": 'label = "苦情"\nlabel_en = "c"\nrequirement = "r"\nstatistic = "count"\ntable = "complaints"\n'
    '[[where]]\ncolumn = "attributable"\nis = true\n[[objective]]\ncomparator = "equals"\ntarget = 0\n',
}


def worked_month(world: World) -> None:
    for number in range(12):
        at = NOW + timedelta(hours=number)
        ticket = world.ticket(at=at, channel=Channel.MAIL if number % 3 == 0 else Channel.PHONE)
        if number % 4:
            world.act(ticket, Act.ANSWER, at=at + timedelta(minutes=20 * number), told=True, text="回答")
        if number == 5:
            world.act(ticket, Act.COMPLAIN, at=at + timedelta(hours=2), attribution=Attribution.SUPPLIER.value)
        if number == 6:
            world.act(ticket, Act.ASK_EXCLUSION, at=at + timedelta(hours=3), reason="大規模作業")
            world.act(ticket, Act.DECIDE_EXCLUSION, at=at + timedelta(hours=3), by=RoleKind.RESPONSIBLE_DIVISION,
                      is_approved=True)  # fmt: skip


def test_screen_and_command_line_print_the_same_figures(world: World, tmp_path: Path) -> None:
    texts = definition_texts("alpha") | {
        f"indicators/{name}.toml": f'id = "{name}"\n{text}' for name, text in MORE.items()
    }
    world.contract.definitions.update(texts=texts, added_at=NOW + timedelta(seconds=1))
    worked_month(world)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    shown = figures_of_month(contract=world.contract, month=date(2026, 5, 1), now=now)
    on_screen = [row_of(each) for each in shown.measurements]
    folder = tmp_path / "contract"
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    export_facts(contract=world.contract, folder=tmp_path / "facts", now=now)
    arguments = ["measure", str(folder), "--facts", str(tmp_path / "facts"), "--from", "2026-05", "--to", "2026-05"]
    assert main([*arguments, "--json", str(tmp_path / "a.json")]) == 0
    assert main([*arguments, "--reference", "--json", str(tmp_path / "b.json")]) == 0
    printed = [
        json.loads((tmp_path / name).read_text(encoding="utf-8"))["measurements"] for name in ("a.json", "b.json")
    ]
    assert printed[0] == printed[1] == json.loads(json.dumps(on_screen))
    by_id = {row["indicator"]: row for row in printed[0]}
    assert by_id["ticket_count"]["counted"] == 11
    assert by_id["ticket_count"]["excluded"] == {"大規模作業": 1}
    assert by_id["complaints"]["counted"] == 1
    assert by_id["first_answer"]["verdict"] == "missed"
