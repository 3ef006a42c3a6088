"""Fixtures of the desk's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from pytest_django import Settings

from madoguchi.core.vocabulary import RoleKind
from tests.desk_world import World, make_world


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:  # noqa: ARG001  # needs the database
    for name in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, name, tmp_path / name.lower())
    return make_world("alpha")


@pytest.fixture
def other(world: World) -> World:  # noqa: ARG001  # beside the first
    return make_world("beta")


def signed_in(world: World, kind: RoleKind) -> Client:
    client = Client()
    client.force_login(world.person(kind), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def operator(world: World) -> Client:
    return signed_in(world, RoleKind.OPERATOR)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Keep the connection that holds the test's transaction while the bare application answers, as `Client` does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
