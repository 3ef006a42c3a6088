"""A contract's surveys as fact tables, for the measure.

Answers leave a round only once it is closed and enough people answered: whoever watched a running figure would see each
answer come in. Nobody's moment of answering is known; every answer is counted at the end of its round.
"""

from collections.abc import Iterator
from datetime import datetime

from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event
from madoguchi.core.quality_vocabulary import RoundState
from madoguchi.desk.events import SYSTEM
from madoguchi.surveys.models import Response, Round
from madoguchi.surveys.queries import counted_rounds
from madoguchi.surveys.rules import final_moment, first_moment, questionnaire_of

CHUNK = 2_000


def invitation_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row for everybody asked; the first so many of them stand for those who answered, no one for a person."""
    for each in counted_rounds(contract).exclude(state=RoundState.PLANNED.value):
        answered, at, end = each.responses.count(), _asked_at(each), final_moment(each.closing_date)
        for number in range(1, each.invited_count + 1):
            yield {
                "contract": key, "source": f"{SYSTEM}:invitation:{each.key}-{number}", "source_file": SYSTEM,
                "invited_at": at, "survey": each.key,
                "answered_at": end if number <= answered else None,
            }  # fmt: skip


def _asked_at(found: Round) -> datetime:
    assert found.opened_at is not None
    return min(max(found.opened_at, first_moment(found.start_date)), final_moment(found.closing_date))


def answer_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row for each choice of each sheet of the closed rounds that enough people answered."""
    for each in counted_rounds(contract).filter(state=RoundState.CLOSED.value).select_related("questionnaire"):
        if each.responses.count() < each.minimum:
            continue
        questionnaire = questionnaire_of(each.questionnaire.file, each.questionnaire.text)
        scores = {question.id: {one.id: one.score for one in question.choices} for question in questionnaire.scored}
        at = final_moment(each.closing_date)
        sheets = Response.objects.filter(round=each).order_by("pk").values_list("pk", "answers")
        for key_of_sheet, answers in sheets.iterator(chunk_size=CHUNK):
            sheet = str(key_of_sheet)
            for question, choice in answers.items():
                if question in scores:
                    yield {
                        "contract": key, "source": f"{SYSTEM}:answer:{sheet}-{question}", "source_file": SYSTEM,
                        "answered_at": at, "survey": each.key, "question": question, "respondent": sheet,
                        "choice": choice, "score": scores[question][choice],
                    }  # fmt: skip


TABLES = {"survey_invitations": invitation_events, "survey_answers": answer_events}
