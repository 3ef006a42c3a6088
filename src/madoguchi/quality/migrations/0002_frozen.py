"""Let the database itself refuse to change or delete what is frozen."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER frozen_figure_no_{act} BEFORE {act} ON quality_frozenfigure
BEGIN SELECT RAISE(ABORT, 'frozen figures are never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION frozen_figure_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'frozen figures are never changed'; END $$;
CREATE TRIGGER frozen_figure_kept BEFORE UPDATE OR DELETE ON quality_frozenfigure
FOR EACH ROW EXECUTE FUNCTION frozen_figure_kept()
"""


def add(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
    else:
        for act in ("update", "delete"):
            editor.execute(SQLITE.format(act=act))


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION frozen_figure_kept() CASCADE")
    else:
        for act in ("update", "delete"):
            editor.execute(f"DROP TRIGGER frozen_figure_no_{act}")


class Migration(migrations.Migration):
    dependencies = (("quality", "0001_start"),)
    operations = (migrations.RunPython(add, remove),)
