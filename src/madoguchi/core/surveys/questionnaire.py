"""A questionnaire as a value, and what somebody may answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.core.quality_vocabulary import AnswerFault, QuestionKind

TEXT_LIMIT = 20_000
Texts = tuple[tuple[str, str], ...]
"""A text in each language of the questionnaire, the first language first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One choice; `is_satisfied` marks those that the share of satisfied counts."""

    id: str
    texts: Texts
    score: int | None = None
    is_satisfied: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A question is asked only of those who answered an earlier one so."""

    question: str
    choices: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    id: str
    kind: QuestionKind
    texts: Texts
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    when: When | None = None

    @property
    def is_scored(self) -> bool:
        return any(each.score is not None for each in self.choices)

    def choice(self, choice_id: str) -> Choice | None:
        return next((each for each in self.choices if each.id == choice_id), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Questionnaire:
    id: str
    languages: tuple[str, ...]
    title: Texts
    introduction: Texts
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question | None:
        return next((each for each in self.questions if each.id == question_id), None)

    @property
    def scored(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions if each.kind is QuestionKind.CHOICE and each.is_scored)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What is kept of an answer sheet (`choices`, `comments` by question), or what is wrong with it."""

    choices: Mapping[str, str]
    comments: Mapping[str, str]
    faults: tuple[tuple[str, AnswerFault], ...]


def in_language(texts: Texts, language: str) -> str:
    """Return a text in a language, or in the questionnaire's first where it is not there."""
    return dict(texts).get(language) or (texts[0][1] if texts else "")


def is_asked(question: Question, choices: Mapping[str, str]) -> bool:
    return question.when is None or choices.get(question.when.question) in question.when.choices


def check_answers(questionnaire: Questionnaire, given: Mapping[str, str]) -> Checked:
    """Return what is kept of the answers given by question; answers to questions that were not asked are dropped."""
    choices: dict[str, str] = {}
    comments: dict[str, str] = {}
    faults: list[tuple[str, AnswerFault]] = []
    for question in questionnaire.questions:
        if not is_asked(question, choices):
            continue
        answer = given.get(question.id, "").strip()
        fault = _fault(question, answer)
        if fault is not None:
            faults.append((question.id, fault))
        elif answer and question.kind is QuestionKind.TEXT:
            comments[question.id] = answer.replace("\r\n", "\n")
        elif answer:
            choices[question.id] = answer
    return Checked(choices=choices, comments=comments, faults=tuple(faults))


def _fault(question: Question, answer: str) -> AnswerFault | None:
    if not answer:
        return AnswerFault.MISSING if question.is_required else None
    if question.kind is not QuestionKind.TEXT:
        return None if question.choice(answer) else AnswerFault.UNKNOWN_CHOICE
    if len(answer) > TEXT_LIMIT:
        return AnswerFault.TOO_LONG
    is_kept = "\x00" not in answer and not any("\ud800" <= sign <= "\udfff" for sign in answer)
    return None if is_kept else AnswerFault.FORBIDDEN_CHARACTER
