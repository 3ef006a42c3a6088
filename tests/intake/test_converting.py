"""Cells turned once a text: never another value than the cell alone would have."""

from dataclasses import replace
from pathlib import Path

import pytest

from madoguchi.intake import converting
from madoguchi.intake.convert import CellError
from madoguchi.intake.converting import Convert, converter_of
from madoguchi.intake.mapping import ColumnMapping, read_mapping

MAPPING = read_mapping(Path(__file__).parents[2] / "examples" / "profiles" / "servicenow.toml")
COUNT = ColumnMapping(name="reopened_count", source="n")


def converter(column: ColumnMapping = COUNT) -> Convert:
    return converter_of(column, mapping=MAPPING)


def test_cells_that_python_holds_equal_stay_apart() -> None:
    convert = converter()
    assert convert("1") == convert(1) == convert(1.0) == 1
    with pytest.raises(CellError, match="a whole number"):
        convert(True)


def test_a_bad_text_is_refused_every_time() -> None:
    convert = converter()
    for _ in range(2):
        with pytest.raises(CellError, match="a whole number"):
            convert("many")


def test_words_are_translated_and_others_refused_or_replaced() -> None:
    column = replace(COUNT, words={"none": "0", "gone": "?"})
    convert = converter(column)
    assert [convert(each) for each in ("none", " none ", "gone", "?", None)] == [0, 0, None, None, None]
    with pytest.raises(CellError, match="one of none, gone"):
        convert("some")
    assert converter(replace(column, otherwise="7"))("some") == 7


def test_what_is_kept_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "MOST_KEPT", 3)
    convert = converter()
    assert [convert(str(each % 5)) for each in range(20)] == [each % 5 for each in range(20)]
