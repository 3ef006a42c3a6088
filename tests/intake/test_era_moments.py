"""Moments of foreign files whose day is an era date."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import CALLER, LINE, SOURCE, T0

from madoguchi.intake.asterisk.detect import detect_kind
from madoguchi.intake.asterisk.reading import read_log
from madoguchi.intake.asterisk.records import AttemptResult, CarrierAttempt
from madoguchi.intake.asterisk.source import LogKind
from madoguchi.intake.convert import CellError, to_moment


@pytest.mark.parametrize(
    "text",
    [
        "令和8年9月30日 17:05:00",
        "令和８年９月３０日　１７時５分",
        "R8.9.30 17:05",
        "R08/09/30 17:05:00.5",
        "令和8年9月30日（水）午後5時5分",
        "2026年9月30日17時05分00秒",
    ],
)
def test_a_moment_of_an_era_date_is_read_in_the_zone(text: str) -> None:
    assert to_moment(text, formats=("iso", "era"), zone="Asia/Tokyo") == datetime(2026, 9, 30, 8, 5, tzinfo=UTC)


def test_an_era_date_alone_is_its_midnight() -> None:
    assert to_moment("R8.9.30", formats=("era",), zone="Asia/Tokyo") == datetime(2026, 9, 29, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["平成40年1月1日 9:00", "令和8年2月30日 9:00", "R8.9.30 午後13時0分", "R8.9.30 25:00", "昨日"]
)
def test_a_day_or_time_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="a moment written era"):
        to_moment(text, formats=("era",), zone="Asia/Tokyo")


@pytest.mark.parametrize(
    "lines",
    [
        [
            "着信日時,終了日時,発信者番号,着信番号,結果",
            f"令和8年9月30日 17:00:00,R8.9.30 17:00:03,{CALLER},{LINE},話中",
        ],
        ["着信日,着信時刻,終了時刻,発信者番号,着信番号,結果", f"2026/9/30,17:00:00,17:00:03,{CALLER},{LINE},話中"],
        ["日付,着信時刻,終了時刻,発信者番号,着信番号,結果", f"令和8年9月30日,17:00:00,17:00:03,{CALLER},{LINE},話中"],
        ["Start Time,Calling Number,Called Number,Result", f"20260930170000,{CALLER},{LINE},busy"],
        ["発着信日時,発番号,着番号,通話結果", f"20260930 17:00:00,{CALLER},{LINE},話中"],
        ["着信日時,終了日時,発信者番号,着信番号,結果", f"２０２６/９/３０ １７:００:００,,{CALLER},{LINE},話中"],
    ],
)
def test_a_carriers_report_may_write_its_days_and_headings_in_many_ways(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp932"))
    assert detect_kind(path, source=SOURCE) is LogKind.CARRIER
    (line,) = read_log(path=path, kind=LogKind.CARRIER, source=SOURCE)
    assert isinstance(line.record, CarrierAttempt)
    assert (line.record.at, line.record.result) == (T0, AttemptResult.BUSY)
    assert line.record.end in (T0 + 3, None)


def test_a_call_of_a_carriers_report_may_end_after_midnight(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    heading = "日付,着信時刻,終了時刻,発信者番号,着信番号,結果"
    path.write_text(f"{heading}\n2026/9/30,23:59:50,0:00:20,{CALLER},{LINE},応答\n", encoding="utf-8")
    (line,) = read_log(path=path, kind=LogKind.CARRIER, source=SOURCE)
    assert isinstance(line.record, CarrierAttempt)
    assert line.record.end == line.record.at + 30
