"""Foreign keys point down: a room's tables know only rooms below it, which import-linter cannot see."""

import tomllib
from pathlib import Path

from django.apps import apps


def layers() -> dict[str, int]:
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8"))
    given = project["tool"]["importlinter"]["contracts"][0]["layers"]
    return {room.strip(): height for height, line in enumerate(reversed(given)) for room in line.split("|")}


def test_foreign_keys_point_down() -> None:
    height = layers()
    keys = [
        (model._meta.app_label, apps.get_model(field.related_model._meta.label)._meta.app_label)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if (field.many_to_one or (field.one_to_one and field.concrete)) and field.related_model is not None
    ]
    between = [
        (source, target) for source, target in keys if source in height and target in height and source != target
    ]
    assert len(between) > 10
    assert [pair for pair in between if height[pair[0]] <= height[pair[1]]] == []
