"""PostgreSQL as Django knows it, with statements that the server keeps ready and a cheap look at the line."""

import select
import time
from typing import Any, Self

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg.types.numeric import Int8Dumper

ASKED_SECONDS = 30.0


class PreparedCursor(psycopg.Cursor[Any]):
    """Each text is parsed and planned once in a connection; afterwards only its values are sent."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Self:  # noqa: ANN401  # psycopg's
        return super().execute(query, params, prepare=True)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that tells its end without a question, and has one cursor for what is asked again and again."""

    _asked_at = 0.0
    _prepared: Any = None  # a PreparedCursor

    def get_connection_params(self) -> dict[str, Any]:
        # without a number psycopg prepares nothing; Django's own cursors bind here and are not prepared with one
        return {**super().get_connection_params(), "prepare_threshold": 1}

    def prepared_cursor(self) -> CursorWrapper:
        """Return the connection's one cursor whose statements stay prepared; its rows are to be fetched at once."""
        if self.queries_logged:
            return self.cursor()  # what is written down is to show its values
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self._prepared is None or self._prepared.connection is not self.connection:
            with self.wrap_database_errors:
                self._prepared = PreparedCursor(self.connection)
            # whole numbers of one type: each other type would be another statement
            self._prepared.adapters.register_dumper(int, Int8Dumper)
        self.validate_thread_sharing()
        return self.make_cursor(self._prepared)

    def is_usable(self) -> bool:
        """Return whether the server answers: asked after an error and now and then; else a line that hung up shows."""
        now = time.monotonic()
        if self.connection is not None and not self.errors_occurred and now < self._asked_at + ASKED_SECONDS:
            line = select.poll()
            line.register(self.connection.fileno(), select.POLLIN)
            if not line.poll(0):
                return True
        is_usable = bool(super().is_usable())
        self._asked_at = now if is_usable else 0.0
        return is_usable
