"""The only row locks of surveys: everything written into a round waits for its row."""

from madoguchi.contracts.models import Contract
from madoguchi.surveys.models import Round


def locked_round(*, contract: Contract, round_id: int) -> Round:
    rounds = Round.objects.select_for_update(of=("self",), no_key=True).select_related("questionnaire", "contract")
    return rounds.get(pk=round_id, contract=contract)
