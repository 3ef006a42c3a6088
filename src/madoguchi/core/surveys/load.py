"""A questionnaire's file (TOML or JSON) as a value; every problem is reported together."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.reader import Reader, parse_toml, unfit_text
from madoguchi.core.quality_vocabulary import QuestionKind
from madoguchi.core.surveys.questionnaire import Choice, Question, Questionnaire, Texts, When, can_be_kept

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
ID_LIMIT, LABEL_LIMIT, QUESTION_LIMIT, CHOICE_LIMIT = 100, 2_000, 100, 20
Scales = Mapping[str, tuple[Choice, ...]]


def load_questionnaire(file: str, text: str) -> Questionnaire:
    """Return the questionnaire of a file. Raises InvalidInputError with every problem in it."""
    problems: list[Problem] = []
    table = _parsed(file, text, problems)
    if table is None:
        raise InvalidInputError(problems)
    found = _load(Reader(file=file, table=table, problems=problems))
    if problems:
        raise InvalidInputError(problems)
    return found


def _parsed(file: str, text: str, problems: list[Problem]) -> dict[str, object] | None:
    if "\x00" in text:
        problems.append(Problem(where=file, key="", given="a NUL character", allowed="text without it"))
        return None
    is_json = file.endswith(".json")
    try:
        table = json.loads(text, parse_float=Decimal) if is_json else parse_toml(file, text, problems)
    except (ValueError, RecursionError) as error:
        # beside what is no JSON: numbers of thousands of digits, thousands of brackets
        name = "JSON" if is_json else "TOML"
        problems.append(Problem(where=file, key="", given=f"not {name}: {error}", allowed=f"a {name} file"))
        return None
    if table is None:
        return None
    if not isinstance(table, dict):
        problems.append(Problem(where=file, key="", given="not an object", allowed="a JSON object"))
        return None
    unfit = unfit_text(table)
    if unfit is not None:
        problems.append(Problem(where=file, key=unfit, given="a NUL or half a character", allowed="whole text"))
        return None
    return table


def _load(reader: Reader) -> Questionnaire:
    languages = _languages(reader)
    scales = {}
    for child in reader.children("scale"):
        name = child.identifier("id")
        scales[name] = _choices(child, "choice", languages)
        child.finish()
    questionnaire = Questionnaire(
        id=reader.identifier("id"),
        languages=languages,
        title=_texts(reader, "title", languages, required=True),
        introduction=_texts(reader, "introduction", languages),
        questions=_questions(reader, languages, scales),
    )
    if reader.integer("format", default=1, minimum=1, maximum=1) != 1:
        reader.report("format", given="another format", allowed="1")
    reader.finish()
    return questionnaire


def _languages(reader: Reader) -> tuple[str, ...]:
    given = reader.texts("languages") or ("ja",)
    for each in given:
        if not LANGUAGE.fullmatch(each):
            reader.report("languages", given=each, allowed="codes such as ja, en, zh-Hans")
    if len(set(given)) < len(given):
        reader.report("languages", given=list(given), allowed="each language once")
    return given


def _texts(reader: Reader, name: str, languages: tuple[str, ...], *, required: bool = False) -> Texts:
    """Read a text for each language: a table by language, or one text where there is one language."""
    allowed = f"a text for each of {', '.join(languages)}, each of at most {LABEL_LIMIT} characters"
    value = reader.raw(name)
    if value is None:
        if required:
            reader.problems.append(Problem(where=reader.file, key=reader.key(name), given="missing", allowed=allowed))
        return ()
    table = {languages[0]: value} if isinstance(value, str) else value
    if not isinstance(table, dict) or set(table) != set(languages):
        reader.report(name, given=value, allowed=allowed)
        return ()
    for each in table.values():
        if not isinstance(each, str) or not each.strip() or len(each) > LABEL_LIMIT or not can_be_kept(each):
            reader.report(name, given=str(each)[:60], allowed=allowed)
            return ()
    return tuple((language, str(table[language])) for language in languages)


def _questions(reader: Reader, languages: tuple[str, ...], scales: Scales) -> tuple[Question, ...]:
    questions: list[Question] = []
    children = reader.children("question")
    if not 0 < len(children) <= QUESTION_LIMIT:
        reader.report("question", given=len(children), allowed=f"1 to {QUESTION_LIMIT} questions")
    for child in children[:QUESTION_LIMIT]:
        question = _question(child, languages, scales)
        if question.id in {each.id for each in questions}:
            child.report("id", given=question.id, allowed="an id that no other question has")
        _check_when(child, question, questions)
        questions.append(question)
    if sum(each.kind is QuestionKind.GROUP for each in questions) > 1:
        allowed = "one at most: several together would single people out"
        reader.report("question", given="several group questions", allowed=allowed)
    return tuple(questions)


def _question(child: Reader, languages: tuple[str, ...], scales: Scales) -> Question:
    kind = child.word("kind", QuestionKind, default=QuestionKind.CHOICE) or QuestionKind.CHOICE
    scale = child.text("scale")
    if scale and scale not in scales:
        child.report("scale", given=scale, allowed="one of " + (", ".join(scales) or "no scale: none is there"))
    choices = scales.get(scale, ()) if scale else _choices(child, "choice", languages)
    if kind is QuestionKind.TEXT and choices:
        child.report("choice", given=f"{len(choices)} choices", allowed="none for a text")
    if kind is not QuestionKind.TEXT and not 2 <= len(choices) <= CHOICE_LIMIT:  # noqa: PLR2004  # one is no choice
        child.report("choice", given=f"{len(choices)} choices", allowed=f"2 to {CHOICE_LIMIT}")
    question = Question(
        id=_id(child),
        kind=kind,
        texts=_texts(child, "text", languages, required=True),
        choices=choices,
        is_required=child.flag("required", default=False),
        when=_when(child),
    )
    child.finish()
    return question


def _id(reader: Reader) -> str:
    """Read an id of a question or a choice: the word of the contract's definitions, in any language."""
    value = reader.text("id", required=True)
    if len(value) > ID_LIMIT or value != value.strip() or not can_be_kept(value):
        allowed = f"at most {ID_LIMIT} characters, no blanks around, nothing that cannot be kept"
        reader.report("id", given=value[:60], allowed=allowed)
    return value


def _choices(reader: Reader, name: str, languages: tuple[str, ...]) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for child in reader.children(name):
        has_score = child.has("score")
        choice = Choice(
            id=_id(child),
            texts=_texts(child, "text", languages, required=True),
            score=child.integer("score", default=0, maximum=1000) if has_score else None,
            is_satisfied=child.flag("satisfied", default=False),
        )
        child.finish()
        if choice.id in {each.id for each in found}:
            child.report("id", given=choice.id, allowed="an id that no other choice has")
        found.append(choice)
    return tuple(found)


def _when(child: Reader) -> When | None:
    table = child.child("when")
    if table is None:
        return None
    when = When(question=table.text("question", required=True), choices=frozenset(table.texts("is")))
    table.finish()
    return when


def _check_when(child: Reader, question: Question, earlier: list[Question]) -> None:
    if question.when is None:
        return
    asked = next((each for each in earlier if each.id == question.when.question), None)
    if asked is None or not asked.choices:
        known = ", ".join(each.id for each in earlier if each.choices) or "none is there"
        child.report(
            "when.question", given=question.when.question, allowed=f"an earlier question with choices: {known}"
        )
        return
    unknown = sorted(question.when.choices - {each.id for each in asked.choices})
    if unknown or not question.when.choices:
        allowed = "some of " + ", ".join(each.id for each in asked.choices)
        child.report("when.is", given=unknown or "nothing", allowed=allowed)
