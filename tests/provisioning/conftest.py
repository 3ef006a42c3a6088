from tests.desk_fixtures import operator, other, world

__all__ = ["operator", "other", "world"]
