"""A table written as TOML reads back as the same table."""

import tomllib
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.toml_text import toml_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALAR = (
    st.booleans()
    | st.integers(-(10**15), 10**15)
    | TEXT
    | st.dates(min_value=date(1, 1, 1))
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)
    | st.lists(TEXT, max_size=3)
)
TABLE = st.recursive(
    st.dictionaries(TEXT, SCALAR, max_size=4),
    lambda inner: st.dictionaries(TEXT, SCALAR | inner | st.lists(inner, min_size=1, max_size=3), max_size=4),
    max_leaves=12,
)


@given(TABLE)
def test_table_comes_back(table: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(table), parse_float=Decimal) == table


def test_lists_of_tables_stand_under_their_names() -> None:
    text = toml_text({"tender": {"winner": "甲社", "opening": [{"bid": [{"price": 1}]}]}, "format": 1})
    assert (
        text == 'format = 1\n\n[tender]\nwinner = "甲社"\n\n[[tender.opening]]\n\n[[tender.opening.bid]]\nprice = 1\n'
    )
