"""`migrate`, quicker where there is nothing yet."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from madoguchi.web.empty_database import make_tables


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's
        """Make the tables of an empty database at once, where all are asked for; then do what Django does."""
        asks_for_all = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if asks_for_all and not options["fake"] and not options["fake_initial"]:
            make_tables(connections[options["database"]])
        super().handle(*args, **options)
