"""Questionnaires and their statistics against figures published or worked by hand."""

import json
from decimal import Decimal
from fractions import Fraction
from statistics import fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.quality_vocabulary import AnswerFault
from madoguchi.core.surveys.intervals import mean_interval, share_interval
from madoguchi.core.surveys.load import load_questionnaire
from madoguchi.core.surveys.questionnaire import check_answers, in_language
from madoguchi.core.surveys.sampling import drawn, needed_sample
from madoguchi.core.surveys.scoring import question_result, score_interval
from madoguchi.core.surveys.suppression import hidden_groups
from madoguchi.core.values import Rate
from madoguchi.core.vocabulary import Combine

TOML = """
format = 1
id = "satisfaction"
languages = ["ja", "en"]
title = { ja = "満足度調査", en = "Satisfaction" }
[[scale]]
id = "five"
[[scale.choice]]
id = "満足"
score = 100
satisfied = true
text = { ja = "満足", en = "satisfied" }
[[scale.choice]]
id = "普通"
score = 60
text = { ja = "普通", en = "neither" }
[[scale.choice]]
id = "不満"
score = 0
text = { ja = "不満", en = "dissatisfied" }
[[question]]
id = "電話"
scale = "five"
required = true
text = { ja = "電話の対応", en = "Telephone" }
[[question]]
id = "メール"
scale = "five"
text = { ja = "メールの対応", en = "Mail" }
[[question]]
id = "理由"
kind = "text"
required = true
text = { ja = "理由", en = "Why" }
when = { question = "電話", is = ["不満"] }
"""
SHEET = load_questionnaire("survey.toml", TOML)
PHONE, MAIL, WHY = SHEET.questions


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"),
     (1, 29, "0.0061", "0.1718")],
)  # fmt: skip
def test_wilson_intervals_are_those_newcombe_published_in_1998(part: int, whole: int, low: str, high: str) -> None:
    interval = share_interval(Rate(part=part, whole=whole), population=None)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (Decimal(low), Decimal(high))


def test_whoever_hears_from_everybody_knows_the_share() -> None:
    interval = share_interval(Rate(part=3, whole=4), population=4)
    assert interval is not None
    assert interval.low == interval.high == Decimal("0.75")


def test_the_population_narrows_the_interval_as_cochran_says() -> None:
    # 100 of 400 people: the variance shrinks by (400 - 100) / (400 - 1)
    narrow = share_interval(Rate(part=50, whole=100), population=400)
    same = share_interval(Rate(part=266, whole=532), population=None)
    assert narrow is not None
    assert same is not None
    # n(N-1)/(N-n) = 100 * 399 / 300 = 133: as wide as 133 answers from a population without end
    wide = share_interval(Rate(part=133, whole=266), population=None)
    assert wide is not None
    assert same.high < wide.high < narrow.high
    assert round(narrow.high, 4) == Decimal("0.5838")


def test_nobody_answered_has_no_interval() -> None:
    assert share_interval(Rate(part=0, whole=0), population=10) is None
    assert mean_interval(Fraction(80), variance=Fraction(0), count=1, population=10) is None


def test_interval_of_a_mean_worked_by_hand() -> None:
    # 100, 60, 60, 0 of 16 people: mean 55, s2 = (45^2 + 5^2 + 5^2 + 55^2) / 3 = 1700, s2/4 * (1 - 1/4) = 318.75
    interval = mean_interval(Fraction(55), variance=Fraction(1700), count=4, population=16)
    assert interval is not None
    assert round(interval.low, 2) == Decimal("20.01")
    assert round(interval.high, 2) == Decimal("89.99")


@pytest.mark.parametrize(("population", "size"), [(10, 10), (100, 80), (1000, 278), (5000, 357), (10000, 370)])
def test_sample_sizes_are_those_of_krejcie_and_morgan(population: int, size: int) -> None:
    assert needed_sample(population, margin_percent=5) == size


def test_a_sample_can_be_drawn_again() -> None:
    first = drawn(range(1000), size=50, seed=7)
    assert first == drawn(reversed(range(1000)), size=50, seed=7)
    assert len(set(first)) == 50
    assert first != drawn(range(1000), size=50, seed=8)
    assert drawn([3, 1], size=5, seed=1) == [1, 3]
    assert needed_sample(0, margin_percent=5) == 0


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [({"a": 9, "b": 7}, set()), ({"a": 9, "b": 7, "c": 4}, {"b", "c"}), ({"a": 9, "b": 3, "c": 2}, {"b", "c"}),
     ({"a": 3}, {"a"}), ({"a": 9, "b": 0}, {"b"}), ({}, set())],
)  # fmt: skip
def test_small_groups_and_those_that_give_them_away_are_hidden(counts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_groups(counts, minimum=5) == hidden


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8), st.integers(1, 10))
def test_what_is_hidden_can_never_be_told_from_the_rest(counts: dict[str, int], minimum: int) -> None:
    hidden = hidden_groups(counts, minimum=minimum)
    together = sum(counts[name] for name in hidden)
    assert all(counts[name] >= minimum for name in set(counts) - hidden)
    assert together == 0 or together >= minimum or hidden == set(counts)


PATTERNS: dict[tuple[str | None, ...], int] = {
    ("満足", "満足"): 3,
    ("満足", None): 2,
    ("不満", "普通"): 4,
    (None, "不満"): 1,
}


def test_a_question_is_counted() -> None:
    result = question_result(PATTERNS, question=PHONE, place=0, population=20)
    assert dict(result.counts) == {"満足": 5, "普通": 0, "不満": 4}
    assert (result.mean.total, result.mean.count) == (500, 9)
    assert result.satisfied == Rate(part=5, whole=9)
    assert result.mean_interval is not None
    assert result.satisfied_interval is not None


def test_a_survey_nobody_answered_has_no_mean() -> None:
    result = question_result({}, question=PHONE, place=0, population=20)
    assert result.mean.exact() is None
    assert result.satisfied.exact() is None
    assert result.mean_interval is None
    scores = [{"満足": 100}] * 2
    assert score_interval({}, scores=scores, weights=[Fraction(1)] * 2, combine=Combine.MEAN_OF_QUESTIONS,
                          population=3) is None  # fmt: skip


def test_the_interval_of_complete_answers_is_that_of_each_persons_own_mean() -> None:
    patterns: dict[tuple[str | None, ...], int] = {("満足", "満足"): 3, ("満足", "不満"): 2, ("不満", "普通"): 4}
    scores = [{each.id: each.score or 0 for each in question.choices} for question in (PHONE, MAIL)]
    own = [100] * 3 + [50] * 2 + [30] * 4
    for combine in Combine:
        found = score_interval(
            patterns, scores=scores, weights=[Fraction(1)] * 2, combine=combine, population=None
        )  # fmt: skip
        assert found is not None
        half = 1.959963984540054 * (variance(own) / len(own)) ** 0.5
        assert float(found.low) == pytest.approx(fmean(own) - half)
        assert float(found.high) == pytest.approx(fmean(own) + half)


def test_the_interval_of_incomplete_answers_is_around_the_contracts_score() -> None:
    scores = [{each.id: each.score or 0 for each in question.choices} for question in (PHONE, MAIL)]
    found = score_interval(
        PATTERNS, scores=scores, weights=[Fraction(1), Fraction(3)], combine=Combine.MEAN_OF_QUESTIONS, population=40
    )
    assert found is not None
    # phone is the mean of nine answers, mail that of eight, with three times the weight
    assert (found.low + found.high) / 2 == pytest.approx(Decimal(500) / 36 + Decimal(3 * 540) / 32)


def test_branches_decide_what_is_asked() -> None:
    checked = check_answers(SHEET, {"電話": "満足", "理由": "書いたが聞かれていない"})
    assert (checked.choices, checked.comments, checked.faults) == ({"電話": "満足"}, {}, ())
    checked = check_answers(SHEET, {"電話": "不満"})
    assert checked.faults == (("理由", AnswerFault.MISSING),)
    checked = check_answers(SHEET, {"電話": "不満", "理由": " 待った\r\n長く "})
    assert checked.comments == {"理由": "待った\n長く"}


@pytest.mark.parametrize(
    ("given", "fault"),
    [({}, AnswerFault.MISSING), ({"電話": "大満足"}, AnswerFault.UNKNOWN_CHOICE),
     ({"電話": "不満", "理由": "あ" * 20_001}, AnswerFault.TOO_LONG),
     ({"電話": "不満", "理由": "a\x00b"}, AnswerFault.FORBIDDEN_CHARACTER),
     ({"電話": "不満", "理由": "\ud800"}, AnswerFault.FORBIDDEN_CHARACTER)],
)  # fmt: skip
def test_wrong_answers_are_named(given: dict[str, str], fault: AnswerFault) -> None:
    assert check_answers(SHEET, given).faults[0][1] is fault


def test_texts_fall_back_to_the_first_language() -> None:
    assert in_language(SHEET.title, "en") == "Satisfaction"
    assert in_language(SHEET.title, "fr") == "満足度調査"
    assert in_language((), "ja") == ""


WRONG = {
    "title": TOML.replace('title = { ja = "満足度調査", en = "Satisfaction" }', "title = 3"),
    "languages": TOML.replace('["ja", "en"]', '["ja", "en", "ja"]'),
    "question[1].scale": TOML.replace('scale = "five"', 'scale = "ten"', 1),
    "question[2].id": TOML.replace('id = "メール"', 'id = "電話"'),
    "question[3].when.question": TOML.replace('question = "電話"', 'question = "理由"'),
    "question[3].when.is": TOML.replace('is = ["不満"]', 'is = ["怒"]'),
    "question[1].colour": TOML.replace("required = true", 'colour = "red"', 1),
    "scale[1].choice[2].id": TOML.replace('id = "普通"', 'id = "満足"'),
    "scale[1].choice[1].score": TOML.replace("score = 100", "score = 1.5"),
}


@pytest.mark.parametrize("key", WRONG)
def test_what_is_wrong_in_a_questionnaire_is_named_with_its_place(key: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        load_questionnaire("survey.toml", WRONG[key])
    assert key in {problem.key for problem in refused.value.problems}


@pytest.mark.parametrize("text", ["", "[", '{"id": 1}', "[]", '{"id": "a", "question": []}', "a\x00", "[" * 100_000])
@pytest.mark.parametrize("file", ["survey.toml", "survey.json"])
def test_what_is_no_questionnaire_is_refused(file: str, text: str) -> None:
    with pytest.raises(InvalidInputError):
        load_questionnaire(file, text)


def test_json_says_the_same() -> None:
    text = json.dumps({
        "id": "short", "title": "短い調査",
        "question": [{"id": "q", "text": "いかがでしたか", "choice": [
            {"id": "良", "text": "良い", "score": 100, "satisfied": True}, {"id": "悪", "text": "悪い", "score": 0}]}],
    })  # fmt: skip
    questionnaire = load_questionnaire("survey.json", text)
    assert [each.id for each in questionnaire.scored] == ["q"]
    assert questionnaire.question("q") is questionnaire.questions[0]
    assert questionnaire.question("r") is None
