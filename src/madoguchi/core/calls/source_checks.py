"""What is to be looked at in the sources of calls: clocks, silent hours, holes between files, names nobody placed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.calendar.hours import DAY_SECONDS
from madoguchi.core.calls.counted import CallData, local_moment
from madoguchi.core.calls.sources import BY_NAME, OUTSIDE, ClockPair, KeptFile, Remark, SourceState, Unplaced
from madoguchi.core.calls.table import NONE, Cell, Line, Words, seconds_text
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.vocabulary import CallFinding

HOUR_SECONDS = 3600
# opening time between two files of a log; a log turned over at night leaves less
LEAST_HOLE_SECONDS = 3600
SHOWN = 10
EPOCH = date(1970, 1, 1)
UNPLACED = {
    Unplaced.QUEUE: Words("着信番号の設定がないキュー", "Queue without a number in the profile"),
    Unplaced.TRANSFER: Words("二次窓口の設定にない転送先", "Transfer to where the profile names no second line"),
    Unplaced.LINE: Words("契約の設定がない着信番号", "Dialled number without a contract in the profile"),
    Unplaced.AGENT: Words("名前の設定がない応答者", "Agent without a name in the profile"),
}
NAMED = {
    OUTSIDE: Words("外線番号", "numbers outside the house"),
    BY_NAME: Words("名前で記録された応答者", "agents logged by their names"),
}
ALL_TIME = Words("（全期間）", " (of all that was imported)")
HasLines = Callable[[int], bool]


def two_cells(text: str, detail: Words | str = "") -> tuple[Cell, Cell]:
    """Return a count or time, and what is to be known of it."""
    words = Words(detail, detail) if isinstance(detail, str) else detail
    return Cell(text=text), Cell(text=words.ja or NONE, en=words.en or NONE)


def source_lines(data: CallData) -> Iterator[Line]:
    """Yield what is to be looked at of each system: this period's silence, and what holds for all of its files."""
    for state in data.sources:
        yield from (_clock(state.system, each) for each in state.clocks)
        for log in sorted(state.hours):
            yield _silence(state, log, data)
            yield _holes(state, log, data.contract)
        for log, count in sorted(state.only_in.items()):
            words = Words(
                f"{state.system}：{log}にのみあるキューの呼{ALL_TIME.ja}",
                f"{state.system}: calls of queues in {log} alone{ALL_TIME.en}",
            )
            yield Line(key=f"only:{state.system}:{log}", label=words, cells=two_cells(str(count)))
        yield from (_finding(state.system, each) for each in state.findings)
        yield from (_unplaced(state.system, each) for each in state.unplaced)


def quiet_hours(data: CallData) -> Line:
    """Return the whole hours of opening, between the first and the last call, in which none came."""
    seen = {int(each.local.replace(tzinfo=UTC).timestamp()) // HOUR_SECONDS for each in data.calls}
    words = Words("着信が一件もない受付時間（時間数）", "Hours of opening without a call")
    found = _open_hours(data, min(seen), max(seen)) if seen else []
    silent = [hour for hour in found if hour not in seen]
    return Line(key="quiet", label=words, cells=two_cells(str(len(silent)), _stretches(silent)))


def _clock(system: str, pair: ClockPair) -> Line:
    words = Words(
        f"{system}：{pair.log}に対する{pair.other}の時計の差", f"{system}: clock of {pair.other} against {pair.log}"
    )
    if pair.seconds is None:
        few = Words(f"比べられる通話が{pair.compared}件", f"only {pair.compared} calls to compare")
        return Line(key=f"clock:{system}:{pair.log}:{pair.other}", label=words, cells=two_cells(NONE, few))
    compared = Words(f"{pair.compared}件の通話の終わりの中央値", f"median of the ends of {pair.compared} calls")
    sign = "+" if pair.seconds > 0 else ""
    cells = two_cells(f"{sign}{pair.seconds}秒", compared)
    return Line(
        key=f"clock:{system}:{pair.log}:{pair.other}", label=words,
        cells=(Cell(text=cells[0].text, en=f"{sign}{pair.seconds} s"), cells[1]),
    )  # fmt: skip


def _silence(state: SourceState, log: str, data: CallData) -> Line:
    """Count the whole hours of opening without a line, between the log's first and last line."""
    stretches, offset = state.hours[log], data.contract.calendar.utc_offset_seconds
    seen = {hour for first, final in stretches for hour in range(first, final + 1)}

    def has_lines(hour: int) -> bool:
        # local hours of some zones lie across two of UTC
        start = hour * HOUR_SECONDS - offset
        return any(each in seen for each in {start // HOUR_SECONDS, (start + HOUR_SECONDS - 1) // HOUR_SECONDS})

    first, final = ((each * HOUR_SECONDS + offset) // HOUR_SECONDS for each in (stretches[0][0], stretches[-1][1]))
    silent = [hour for hour in _open_hours(data, first, final) if not has_lines(hour)]
    words = Words(
        f"{state.system}：{log}に記録が一行もない受付時間（時間数）",
        f"{state.system}: hours of opening without a line in {log}",
    )
    return Line(key=f"silent:{state.system}:{log}", label=words, cells=two_cells(str(len(silent)), _stretches(silent)))


def _open_hours(data: CallData, first: int, final: int) -> list[int]:
    """Return the period's whole hours of opening strictly between two hours of the local clock."""
    found: list[int] = []
    day = max(data.period.start_date, EPOCH + timedelta(hours=first))
    until = min(data.period.end_date, EPOCH + timedelta(hours=final, days=1))
    while day < until:
        midnight = (day - EPOCH).days * DAY_SECONDS
        for each in data.contract.calendar.hours_on(day):
            begin = -(-(midnight + each.start) // HOUR_SECONDS)
            found += range(begin, (midnight + each.end) // HOUR_SECONDS)
        day += timedelta(days=1)
    return [hour for hour in found if first < hour < final]


def _stretches(hours: Sequence[int]) -> str:
    """Return hours of the local clock as stretches: 2026-05-20 10:00–12:00."""
    joined: list[tuple[int, int]] = []
    for hour in hours:
        if joined and joined[-1][1] == hour:
            joined[-1] = (joined[-1][0], hour + 1)
        else:
            joined.append((hour, hour + 1))
    start = datetime.combine(EPOCH, datetime.min.time())
    texts = [
        f"{start + timedelta(hours=first):%Y-%m-%d %H:%M}–{start + timedelta(hours=final):%H:%M}"
        for first, final in joined
    ]
    return ", ".join(texts[:SHOWN]) + ("…" if len(texts) > SHOWN else "")


def _holes(state: SourceState, log: str, contract: Contract) -> Line:
    """Find where a file ends and the next one begins with opening hours between them: one may be missing."""
    files = [each for each in state.files if each.log == log]
    holes = [
        f"{before.name} {_shown(before.final, contract)} → {after.name} {_shown(after.first, contract)}"
        f" ({seconds_text(seconds)})"
        for before, after in _neighbours(files)
        if (seconds := _open_seconds(before.final, after.first, contract)) >= LEAST_HOLE_SECONDS
    ]
    words = Words(
        f"{state.system}：{log}のファイルの間の、受付時間にかかる切れ目{ALL_TIME.ja}",
        f"{state.system}: holes in opening hours between files of {log}{ALL_TIME.en}",
    )
    text = ", ".join(holes[:SHOWN]) + ("…" if len(holes) > SHOWN else "")
    return Line(key=f"holes:{state.system}:{log}", label=words, cells=two_cells(str(len(holes)), text))


def _neighbours(files: Iterable[KeptFile]) -> Iterator[tuple[KeptFile, KeptFile]]:
    """Yield each file that reaches furthest so far with the next to begin."""
    furthest: list[KeptFile] = []
    ordered = sorted(files, key=lambda each: (each.first, each.final, each.name))
    for each in ordered:
        furthest.append(each if not furthest or each.final >= furthest[-1].final else furthest[-1])
    return zip(furthest, ordered[1:], strict=False)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _shown(seconds: int, contract: Contract) -> str:
    return f"{local_moment(_moment(seconds), contract=contract):%Y-%m-%d %H:%M}"


def _open_seconds(start: int, end: int, contract: Contract) -> int:
    return elapsed_business_seconds(calendar=contract.calendar, start=_moment(start), end=_moment(end))


def _finding(system: str, remark: Remark) -> Line:
    finding = CallFinding(remark.kind)
    about = f"：{remark.about}" if remark.about else ""
    english = f": {remark.about}" if remark.about else ""
    words = Words(
        f"{system}：{finding.label}{about}{ALL_TIME.ja}", f"{system}: {finding.label_en}{english}{ALL_TIME.en}"
    )
    key = f"finding:{system}:{remark.kind}:{remark.about}"
    return Line(key=key, label=words, cells=two_cells(str(remark.count), ", ".join(remark.examples)))


def _unplaced(system: str, remark: Remark) -> Line:
    words = UNPLACED[Unplaced(remark.kind)]
    label = Words(f"{system}：{words.ja}{ALL_TIME.ja}", f"{system}: {words.en}{ALL_TIME.en}")
    named = NAMED.get(remark.about, Words(remark.about, remark.about))
    key = f"unplaced:{system}:{remark.kind}:{remark.about}"
    return Line(key=key, label=label, cells=two_cells(str(remark.count), named))
