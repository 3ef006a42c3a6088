"""Let the database itself refuse to change or delete history."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER history_no_{act} BEFORE {act} ON audit_historyrow
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
"""
POSTGRESQL = """
CREATE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON audit_historyrow
FOR EACH ROW EXECUTE FUNCTION history_append_only()
"""


def add(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
    else:
        for act in ("update", "delete"):
            editor.execute(SQLITE.format(act=act))


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION history_append_only() CASCADE")
    else:
        for act in ("update", "delete"):
            editor.execute(f"DROP TRIGGER history_no_{act}")


class Migration(migrations.Migration):
    dependencies = (("audit", "0001_start"),)
    operations = (migrations.RunPython(add, remove),)
