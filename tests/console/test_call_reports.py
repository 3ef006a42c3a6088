"""The pages of reports on calls."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.call_facts import call, import_calls
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.reports.formats import pdf_text

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import DefinitionVersion
from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.calls.sources import ClockPair, Remark, SourceState, Unplaced
from madoguchi.core.vocabulary import CallOutcome, RoleKind
from madoguchi.intake.store import FactStore

COUNTING = """
[[call_counting]]
valid_from = 2026-04-01
answered = ["answered"]
abandoned = ["queue_abandoned"]
left_out = [{others}]
"""
PAGE = "/c/alpha/calls/reports/"
MAY = f"?first={NOW.date()}&final={NOW.date()}"
MANAGER = RoleKind.OPERATIONS_MANAGER


@pytest.fixture
def counted(world: World) -> World:
    """Return the world with a contract that says what counts, and three calls."""
    others = [each.value for each in CallOutcome if each.value not in ("answered", "queue_abandoned")]
    version = DefinitionVersion.objects.get(contract=world.contract)
    text = COUNTING.format(others=", ".join(f'"{each}"' for each in others))
    version.texts = version.texts | {"contract.toml": version.texts["contract.toml"] + text}
    version.added_at += timedelta(seconds=1)  # definitions are kept in memory by version and moment
    version.save()
    import_calls(world.contract, [
        call(1, caller="=1+1"), call(2, outcome="queue_abandoned", caller="0311110002"), call(3, outcome="busy_pbx"),
    ])  # fmt: skip
    return world


def text_of(client: Client, path: str, *, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


@pytest.mark.parametrize("report", list(CallReport))
def test_every_report_is_a_page_and_a_file_in_both_languages(counted: World, report: CallReport) -> None:
    client = signed_in(counted, MANAGER)
    assert report.label in text_of(client, f"{PAGE}{MAY}&report={report}")
    client.cookies["django_language"] = "en"
    assert report.label_en in text_of(client, f"{PAGE}{MAY}&report={report}")
    for kind in ("csv", "xlsx"):
        assert client.get(f"{PAGE}export.{kind}{MAY}&report={report}").status_code == 200


def test_a_number_leads_to_its_calls_and_what_was_looked_at_is_in_the_history(counted: World) -> None:
    client = signed_in(counted, MANAGER)
    page = text_of(client, f"{PAGE}{MAY}")
    assert f"line={NOW.date()}&amp;column=abandoned" in page
    assert f"export.csv?first={NOW.date()}&amp;final={NOW.date()}" in page
    assert 'value="first=' not in page  # what was asked of the report is not what is searched for
    assert "50.0%" in page
    behind = text_of(client, f"{PAGE}{MAY}&line={NOW.date()}&column=abandoned")
    assert "pbx:2" in behind
    assert "pbx:1" not in behind
    assert HistoryRow.objects.filter(act="view_calls").count() == 2


def test_an_export_is_no_formula_and_in_the_history(counted: World) -> None:
    client = signed_in(counted, MANAGER)
    content = client.get(f"{PAGE}export.csv{MAY}&line=total&column=offered").content.decode("utf-8-sig")
    assert "'=1+1" in content
    assert HistoryRow.objects.filter(act="export_calls").count() == 1
    assert signed_in(counted, RoleKind.OPERATOR).get(f"{PAGE}export.csv{MAY}").status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?report=none", 422), ("?first=x", 422), ("?first=0001-01-01", 422), ("?final=9999-12-31", 422),
        ("?first=2026-05-02&final=2026-05-01", 422), ("?first=2020-01-01&final=2026-05-01", 422), ("?more=1", 422),
        ("?line=\x00&column=offered", 422), (f"?line={'x' * 501}&column=offered", 422),
        (f"{MAY}&line=total&column=none", 404), (f"{MAY}&line=none&column=offered", 404),
    ],
)  # fmt: skip
def test_bad_asks_are_refused(counted: World, query: str, status: int) -> None:
    client = signed_in(counted, MANAGER)
    text_of(client, PAGE + query, status=status)
    assert client.get(f"{PAGE}export.csv{query}").status_code == status
    assert client.get(f"{PAGE}export.pdf{query}").status_code == status
    assert client.get(f"{PAGE}export.docx{MAY}").status_code == 404


def test_a_report_is_a_pdf_that_says_what_counts_as_what(counted: World) -> None:
    client = signed_in(counted, MANAGER)
    answer = client.get(f"{PAGE}export.pdf{MAY}&report=abandoned")
    assert answer["Content-Type"] == "application/pdf"
    text = pdf_text(answer.content)
    assert "放棄呼の一覧" in text
    assert "0311110002" in text
    assert "結果別と分母の扱い" in text
    behind = pdf_text(client.get(f"{PAGE}export.pdf{MAY}&line=total&column=offered").content)
    assert "数字の元になった通話" in behind
    assert HistoryRow.objects.filter(act="export_calls").count() == 2
    client.cookies["django_language"] = "en"
    assert "abandoned calls" in pdf_text(client.get(f"{PAGE}export.pdf{MAY}&report=abandoned").content)


def test_a_contract_that_does_not_say_what_counts_says_so(world: World) -> None:
    import_calls(world.contract, [call(1)])
    client = signed_in(world, MANAGER)
    assert "call_counting" in text_of(client, f"{PAGE}{MAY}", status=422)
    assert client.get(f"{PAGE}export.csv{MAY}").status_code == 422


def test_the_quality_of_the_sources_is_on_the_page_and_in_the_file(counted: World) -> None:
    promised = definitions_on(contract=counted.contract, day=NOW.date()).promised
    clock = ClockPair(log="queue_log", other="cdr", seconds=9, compared=40)
    state = SourceState(
        system="pbx", contracts=(promised.id,), clocks=(clock,),
        unplaced=(Remark(kind=Unplaced.QUEUE, about="=new", count=3),),
    )  # fmt: skip
    FactStore(imported_folder(counted.contract)).put({}, now=NOW, files={}, states=[state])
    client = signed_in(counted, MANAGER)
    page = text_of(client, f"{PAGE}{MAY}&report=quality")
    assert "queue_logに対するcdrの時計の差" in page
    assert "+9秒" in page
    client.cookies["django_language"] = "en"
    page = text_of(client, f"{PAGE}{MAY}&report=quality")
    assert "clock of cdr against queue_log" in page
    assert "+9 s" in page
    written = client.get(f"{PAGE}export.csv{MAY}&report=quality").content.decode("utf-8-sig")
    assert "'=new" in written
