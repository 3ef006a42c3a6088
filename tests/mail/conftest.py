import pytest
from tests.desk_fixtures import operator, other, world
from tests.desk_world import World
from tests.mail.boxes import make_box

from madoguchi.mail.models import Mailbox

__all__ = ["box", "operator", "other", "world"]


@pytest.fixture
def box(world: World) -> Mailbox:
    return make_box(world)
