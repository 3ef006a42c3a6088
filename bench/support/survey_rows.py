"""A closed survey round of many answers, on the database Django was set up with."""

import random
from datetime import UTC, datetime

from tests.desk_world import definition_texts
from tests.survey_world import CLOSING, KEY, ROUND, SCORE

from madoguchi.contracts.operations import add_contract
from madoguchi.core.quality_vocabulary import RoundMode, RoundState
from madoguchi.surveys.models import Response, Round, StoredQuestionnaire

SHEETS, QUESTIONS = 20_000, 5
NAMES = tuple(f"設問{number}" for number in range(1, QUESTIONS + 1))
WORDS = (("満足", 100), ("ほぼ満足", 80), ("どちらとも言えない", 60), ("やや不満", 40), ("不満", 0))
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def texts() -> dict[str, str]:
    scores = "\n".join(f'"{word}" = {score}' for word, score in WORDS)
    names = ", ".join(f'"{name}"' for name in NAMES)
    indicator = SCORE.partition("questions")[0] + f"questions = [{names}]\n[scores]\n{scores}\n"
    given = definition_texts("bench")
    return {
        "contract.toml": given["contract.toml"] + ROUND,
        "indicators/satisfaction_score.toml": indicator + '[[objective]]\ncomparator = "at_least"\ntarget = 75\n',
    }


def questionnaire() -> str:
    choices = "\n".join(
        f'[[scale.choice]]\nid = "{word}"\nscore = {score}\nsatisfied = {str(score > 60).lower()}\ntext = "{word}"'
        for word, score in WORDS
    )
    questions = "\n".join(f'[[question]]\nid = "{name}"\nscale = "five"\ntext = "{name}"' for name in NAMES)
    return f'id = "bench"\ntitle = "調査"\n[[scale]]\nid = "five"\n{choices}\n{questions}\n'


def answered() -> Round:
    """Return a closed round with all its answers."""
    contract = add_contract(key="bench", texts=texts(), actor="system:bench", at=NOW)
    stored = StoredQuestionnaire.objects.create(
        contract=contract, key="bench", number=1, title="調査", file="bench.toml", text=questionnaire(), added_at=NOW
    )
    found = Round.objects.create(
        contract=contract, key=KEY, label=KEY, questionnaire=stored, mode=RoundMode.PERSONAL.value,
        state=RoundState.CLOSED.value, start_date="2026-05-11", closing_date=CLOSING, population_count=50_000,
        invited_count=30_000, opened_at=NOW, closed_at=NOW,
    )  # fmt: skip
    chance = random.Random(1)
    words = [word for word, _ in WORDS]
    Response.objects.bulk_create(
        [
            Response(round=found, answers={name: chance.choices(words, (40, 30, 15, 10, 5))[0] for name in NAMES})
            for _ in range(SHEETS)
        ],
        batch_size=1_000,
    )
    return found
