"""Tables of calls, as people read them and as programs do."""

from madoguchi.core.calls.table import CallTable, Cell, Column, Line, Words

TEXTS = ("12345", "999", "0451112222", "－", "1:02:05", "91.0%")


def table(*, is_number: bool) -> CallTable:
    columns = tuple(
        Column(key=str(place), words=Words(str(place), str(place)), is_number=is_number) for place in range(len(TEXTS))
    )
    line = Line(key="all", label=Words("全体", "All"), cells=tuple(Cell(text=text) for text in TEXTS))
    return CallTable(head=Words("回線", "Line"), columns=columns, lines=(line,))


def test_counts_have_separators_where_people_read_them_and_none_in_files() -> None:
    assert table(is_number=True).shown(language="ja")[1] == ["全体", "12,345", *TEXTS[1:]]
    assert table(is_number=True).rows(language="ja")[1] == ["全体", *TEXTS]


def test_digits_that_are_no_count_are_left_alone() -> None:
    assert table(is_number=False).shown(language="en") == table(is_number=False).rows(language="en")
