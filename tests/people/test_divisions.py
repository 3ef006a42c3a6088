"""Divisions keep their identity over reorganisations, and people are found while their name is typed."""

from datetime import date

import pytest
from tests.desk_world import NOW, World

from madoguchi.people.models import Division, Organisation, Person
from madoguchi.people.operations import DivisionLoopError, add_person, change_person, place_division
from madoguchi.people.queries import division_name, division_tree, people_matching


def place(division: Division, name: str, parent: Division | None, start: date) -> None:
    place_division(division=division, name=name, parent=parent, start_date=start, actor="system:test", at=NOW)


@pytest.fixture
def ministry(world: World) -> tuple[Organisation, dict[str, Division]]:
    assert world.contract.key == "alpha"
    home = Organisation.objects.create(key="ministry", name="府省")
    divisions = {key: Division.objects.create(organisation=home, key=key) for key in ("bureau", "section", "office")}
    place(divisions["bureau"], "情報局", None, date(2024, 4, 1))
    place(divisions["section"], "システム課", divisions["bureau"], date(2024, 4, 1))
    return home, divisions


def tree(home: Organisation, day: date) -> list[tuple[int, str]]:
    return [(depth, each.name) for depth, each in division_tree(organisation_id=home.pk, day=day)]


def test_a_reorganisation_changes_the_tree_from_its_day_on(ministry: tuple[Organisation, dict[str, Division]]) -> None:
    home, divisions = ministry
    place(divisions["office"], "推進室", divisions["section"], date(2026, 4, 1))
    place(divisions["section"], "デジタル課", divisions["bureau"], date(2026, 7, 1))
    assert tree(home, date(2025, 4, 1)) == [(0, "情報局"), (1, "システム課")]
    assert tree(home, date(2026, 6, 30)) == [(0, "情報局"), (1, "システム課"), (2, "推進室")]
    assert tree(home, date(2026, 7, 1)) == [(0, "情報局"), (1, "デジタル課"), (2, "推進室")]
    assert division_name(divisions["section"], day=date(2026, 6, 30)) == "システム課"
    assert division_name(divisions["section"], day=date(2026, 7, 1)) == "デジタル課"


def test_a_change_typed_in_late_ends_where_the_next_one_begins(
    ministry: tuple[Organisation, dict[str, Division]],
) -> None:
    home, divisions = ministry
    place(divisions["section"], "三番目", divisions["bureau"], date(2026, 7, 1))
    place(divisions["section"], "二番目", divisions["bureau"], date(2025, 7, 1))
    names = [
        tree(home, day)[1][1] for day in (date(2025, 6, 30), date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert names == ["システム課", "二番目", "二番目", "三番目"]


def test_no_division_hangs_below_itself(ministry: tuple[Organisation, dict[str, Division]]) -> None:
    _, divisions = ministry
    with pytest.raises(DivisionLoopError):
        place(divisions["bureau"], "情報局", divisions["section"], date(2026, 4, 1))


@pytest.mark.parametrize("typed", ["わたなべ", "ワタナベ", "渡邉", "渡邉 大", "2105", "daisuke@", "ＤＡＩＳＵＫＥ"])
def test_a_person_is_found_by_whatever_is_typed(world: World, typed: str) -> None:
    assert world.contract.key == "alpha"
    found = add_person(
        name="渡邉 大輔",
        reading="わたなべ だいすけ",
        extension="2105",
        mail="daisuke@example.jp",
        actor="system:test",
        at=NOW,
    )
    assert list(people_matching(Person.objects.filter(sign_in_name__isnull=True), typed)) == [found]


def test_what_changed_is_found_by_its_new_reading(world: World) -> None:
    person = add_person(name="髙﨑", reading="たかさき", actor="system:test", at=NOW)
    change_person(person=person, actor="system:test", at=NOW, changes={"reading": "たかざき"}, chain=world.contract.key)
    people = Person.objects.filter(sign_in_name__isnull=True)
    assert list(people_matching(people, "たかざき")) == [person]
    assert list(people_matching(people, "たかさき")) == []
