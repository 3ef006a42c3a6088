"""A document on a contract tells nothing of the tender and the costs of the contract that comes next."""

from dataclasses import replace

from tests.reports.documents.made import COSTS, material

from madoguchi.reports.blocks import texts_of
from madoguchi.reports.documents.build import build_document
from madoguchi.reports.documents.checks import check_document
from madoguchi.reports.documents.material import Material

NEXT_TENDER = """
[tender]
name = "窓口業務（次期）"
method = "additive"
winner = "丁社"
proposal_count = 1
is_direct_after_failed_bidding = true
[[tender.opening]]
date = 2019-01-12
[[tender.opening.bid]]
tenderer = "丁社"
result = "over"
"""
NEXT_COSTS = """
bases = ["year"]
[current]
name = "次期"
months = 12
[[current.contract]]
name = "次の契約"
amount = 5_000
start_date = 2019-04-01
end_date = 2020-03-31
[[prior]]
id = "present"
name = "現行"
months = 6
[[prior.contract]]
name = "今の契約"
amount = 600
start_date = 2018-10-01
end_date = 2019-03-31
"""
PARTS = ("text:award", "openings", "outline_table", "service_cost", "cost_saving", "text:cost_review", "exit_table")


def looking(made: Material, *, ahead: bool) -> str:
    document = replace(made, kind=replace(made.kind, looks_ahead=ahead))
    return "\n".join(texts_of(build_document(document).report))


def test_the_next_tender_is_not_told_as_this_contracts() -> None:
    text = looking(material(*PARTS, procurement=NEXT_TENDER), ahead=False)
    assert "丁社" not in text
    assert "乙社" in text
    assert "【未記入】事業者決定の経緯" in text
    assert "【未記入】この契約の開札の記録がない（記録されている入札「窓口業務（次期）」は、次の契約のもの）。" in text
    assert "応札の記録がない。" in text


def test_the_next_costs_are_not_told_as_this_contracts() -> None:
    text = looking(material(*PARTS, costs=NEXT_COSTS), ahead=False)
    assert "次の契約\n" not in text
    assert "600円（平成30年10月～平成31年3月）" in text
    assert "【未記入】比べる従来経費の記録がない。" in text
    assert "増。" not in text


def test_costs_of_the_next_contract_alone_leave_this_contracts_to_be_written() -> None:
    alone = NEXT_COSTS.replace("2018-10-01", "2012-10-01").replace("2019-03-31", "2013-03-31")
    made = material("service_cost", "cost_saving", costs=alone)
    assert "【未記入】実施経費の記録がない。" in looking(made, ahead=False)
    assert any("未記入" in each.text for each in check_document(made, build_document(made)))


def test_slides_look_ahead_to_the_next_contract() -> None:
    text = looking(material(*PARTS, procurement=NEXT_TENDER, costs=NEXT_COSTS), ahead=True)
    assert "1回の開札で落札者がなく、丁社と随意契約を行った" in text
    assert "年額（12か月換算）で従来経費に対し316.7%の増。" in text
    assert "【未記入】この契約の" not in text


def test_a_tender_before_the_contract_is_its_own() -> None:
    earlier = NEXT_TENDER.replace("2019-01-12", "2018-07-02").replace("丁社", "乙社")
    assert "乙社と随意契約を行った" in looking(material(*PARTS, procurement=earlier, costs=COSTS), ahead=False)
