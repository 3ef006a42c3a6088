from tests.desk_fixtures import kept_connection, operator, other, world

__all__ = ["kept_connection", "operator", "other", "world"]
