"""What is kept of imported lines: forgotten without a trace, never taken in twice, never lost unseen."""

import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import CALLER, SOURCE, Logs, answered, channel_id

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.events import CALLS, Column, ColumnKind, seconds, text
from madoguchi.intake.asterisk import stored_calls
from madoguchi.intake.asterisk.importing import import_logs, store_path
from madoguchi.intake.asterisk.raw_store import TOLD
from madoguchi.intake.columnar import arrow_schema
from madoguchi.intake.forgetting import forget_in_facts

AGENT = "Saotome Reika"


def test_what_is_forgotten_is_nowhere_in_the_file_and_its_line_is_not_taken_in_anew(tmp_path: Path) -> None:
    # as random as telephone numbers are, so that no compression hides them
    numbers = [f"090{zlib.crc32(str(number).encode()) % 10**8:08}" for number in range(300)]
    logs = Logs()
    for number, caller in enumerate([CALLER, *numbers]):
        call = channel_id(200 * number, 11)
        logs.queue(200 * number + 10, call, "desk", "NONE", "ENTERQUEUE", "", caller, 1)
        logs.queue(200 * number + 20, call, "desk", AGENT, "CONNECT", 10)
        logs.queue(200 * number + 90, call, "desk", AGENT, "COMPLETECALLER", 10, 70, 1)
    files, folder = logs.write(tmp_path), tmp_path / "facts"
    import_logs(source=SOURCE, files=files, store=folder / "raw")
    path = store_path(source=SOURCE, store=folder / "raw")
    assert AGENT.encode() in path.read_bytes()
    changed = forget_in_facts(folder, replace=lambda text: text.replace(CALLER, "-").replace(AGENT, "somebody"))
    assert changed > 0
    assert AGENT.encode() not in path.read_bytes()
    assert CALLER.encode() not in path.read_bytes()
    assert [each.name for each in (folder / "raw").iterdir()] == [path.name]
    longer = tmp_path / "queue_log.1"
    longer.write_text(files[0].read_text() + Logs().queue(1, "NONE", "desk", "x", "PAUSE").lines.popitem()[1][0] + "\n")
    report = import_logs(source=SOURCE, files=[longer], store=folder / "raw")
    assert [each.new_count for each in report.files] == [1]
    assert {call["agent"] for call in report.calls} == {"somebody"}
    assert CALLER not in {call["caller"] for call in report.calls}
    assert len(report.calls) == 301


def test_a_column_that_logs_tell_nothing_of_is_a_missing_value_of_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = (seconds("sung_seconds"), text("melody"), Column(name="is_new", kind=ColumnKind.FLAG))
    table = replace(CALLS, columns=(*CALLS.columns[:4], *new, *CALLS.columns[4:]))
    monkeypatch.setattr(stored_calls, "CALLS", table)
    files = answered(Logs(), channel_id(0)).write(tmp_path)
    calls = import_logs(source=SOURCE, files=files, store=tmp_path / "raw").table
    assert calls.schema == arrow_schema(table)
    (call,) = calls.to_pylist()
    assert [call[each.name] for each in new] == [None] * 3
    assert (call["caller"], call["talk_seconds"], call["hold_seconds"]) == (CALLER, 100, None)
    assert set(TOLD) <= set(CALLS.column_names())


def test_lines_kept_by_an_earlier_version_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "pbx.sqlite").write_bytes(b"")
    with pytest.raises(InvalidInputError, match=r"pbx\.sqlite"):
        import_logs(source=SOURCE, files=answered(Logs(), channel_id(0)).write(tmp_path / "logs"), store=tmp_path)


def test_another_profile_has_every_line_read_again(tmp_path: Path) -> None:
    logs = answered(Logs().pause(116, "Tanaka", "Lunch"), channel_id(0, 11)).cdr(channel_id(0, 11), 0, 115)
    files = logs.write(tmp_path / "logs")
    import_logs(source=SOURCE, files=files, store=tmp_path / "store")
    other = replace(SOURCE, agents={"Tanaka": "tanaka@desk"}, wrap_up_reasons=("Lunch",), wrap_up_limit_seconds=60)
    again = import_logs(source=other, files=files, store=tmp_path / "store")
    assert [each.is_known for each in again.files] == [True, True]
    assert again.calls == import_logs(source=other, files=files, store=tmp_path / "new").calls
    assert {call["agent"] for call in again.calls} == {"tanaka@desk"}
