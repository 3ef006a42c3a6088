"""The only row locks of the imports."""

from madoguchi.core.import_vocabulary import ImportState
from madoguchi.imports.errors import ImportNotNowError
from madoguchi.imports.models import ImportRun
from madoguchi.people.sayings import say, word_said


def locked_run(run_id: int, *, states: frozenset[ImportState]) -> ImportRun:
    """Return a run, locked. Raises ImportNotNowError where it is in none of these states."""
    run = ImportRun.objects.select_for_update(of=("self",), no_key=True).get(pk=run_id)
    if ImportState(run.state) not in states:
        raise ImportNotNowError(say("この取込は「%(state)s」です。", state=word_said(ImportState(run.state))))
    return run
