"""Reads of surveys: rounds, what is shown of their answers, and who may still answer."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet
from django.http import Http404

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.quality_vocabulary import InvitationChannel, QuestionKind, RoundMode, RoundState
from madoguchi.core.surveys.questionnaire import Question, Questionnaire
from madoguchi.core.surveys.scoring import Pattern, QuestionResult, question_result
from madoguchi.core.surveys.suppression import hidden_groups
from madoguchi.core.values import Mean, Rate
from madoguchi.core.vocabulary import RoleKind
from madoguchi.surveys.models import Comment, Invitation, Response, Round, StoredQuestionnaire
from madoguchi.surveys.rules import folded, nonce_of, questionnaire_of


def rounds_of(access: Access) -> QuerySet[Round]:
    """Return the contract's rounds, the latest first."""
    rounds = Round.objects.filter(contract=access.contract).select_related("questionnaire")
    return rounds.order_by("-start_date", "-pk")


def round_by_id(*, access: Access, round_id: int) -> Round:
    found = rounds_of(access).filter(pk=round_id).first()
    if found is None:
        raise Http404
    return found


def counted_rounds(contract: Contract) -> QuerySet[Round]:
    """Return the rounds the contract's definitions name: only those are facts of the contract."""
    named = [each.id for each in definitions_on(contract=contract, day=contract.end_date).promised.survey_rounds]
    return Round.objects.filter(contract=contract, key__in=named).order_by("pk")


def questionnaires_of(access: Access) -> list[StoredQuestionnaire]:
    """Return the latest version of each of the contract's questionnaires."""
    latest: dict[str, StoredQuestionnaire] = {}
    for each in StoredQuestionnaire.objects.filter(contract=access.contract).order_by("key", "number"):
        latest[each.key] = each
    return list(latest.values())


def sheet_of(found: Round) -> Questionnaire:
    return questionnaire_of(found.questionnaire.file, found.questionnaire.text)


def invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation of a link; None for one whose round is closed. Raises Http404 for a link not of ours."""
    nonce = nonce_of(token)
    if nonce is None:
        raise Http404
    related = Invitation.objects.select_related("round__questionnaire", "round__contract")
    return related.filter(nonce=nonce, channel=InvitationChannel.MAIL.value).first()


def rounds_to_answer(*, access: Access, day: date) -> list[Round]:
    """Return the rounds in the portal that take this person's answer today."""
    rounds = rounds_of(access).filter(
        mode=RoundMode.PORTAL.value, state=RoundState.OPEN.value, start_date__lte=day, closing_date__gte=day
    )
    mine = dict(Invitation.objects.filter(person=access.person, round__in=rounds).values_list("round_id", "is_used"))
    is_user = RoleKind.USER in access.roles
    return [each for each in rounds if not mine.get(each.pk, not is_user)]


def patterns_of(found: Round, questions: list[Question]) -> Counter[Pattern]:
    """Return how many sheets gave just these choices; counted by the database."""
    patterns: Counter[Pattern] = Counter()
    rows = Response.objects.filter(round=found).order_by().values_list("answers").annotate(people=Count("pk"))
    for answers, people in rows:
        patterns[tuple(answers.get(question.id) for question in questions)] += people
    return patterns


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupResult:
    """One group's mean of each question; `means` is None where the group is not shown."""

    choice: str
    people: int
    means: tuple[Mean | None, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What is shown of a round: nothing of its answers before it is closed, nor of fewer people than its minimum."""

    invited: int
    answered: int
    is_shown: bool
    questions: tuple[QuestionResult | None, ...]
    asked: tuple[Question, ...]
    group_question: Question | None
    groups: tuple[GroupResult, ...]
    patterns: Counter[Pattern]

    @property
    def response_rate(self) -> Rate:
        return Rate(part=self.answered, whole=self.invited)


def results_of(found: Round) -> Results:
    """Count a round's answers; a question that fewer people answered than the minimum is None."""
    sheet = sheet_of(found)
    asked = [each for each in sheet.questions if each.kind is QuestionKind.CHOICE]
    group = next((each for each in sheet.questions if each.kind is QuestionKind.GROUP), None)
    answered = found.responses.count()
    is_shown = found.state == RoundState.CLOSED.value and answered >= found.minimum
    patterns = patterns_of(found, [*asked, *([group] if group else [])]) if is_shown else Counter()
    questions = [
        question_result(patterns, question=each, place=place, population=found.population_count)
        for place, each in enumerate(asked)
    ]
    return Results(
        invited=found.invited_count, answered=answered, is_shown=is_shown, asked=tuple(asked), patterns=patterns,
        questions=tuple(each if each.answered >= found.minimum else None for each in questions),
        group_question=group, groups=_groups(group, asked, patterns, minimum=found.minimum) if group else (),
    )  # fmt: skip


def _groups(
    group: Question, asked: list[Question], patterns: Counter[Pattern], *, minimum: int
) -> tuple[GroupResult, ...]:
    counts = {each.id: sum(n for pattern, n in patterns.items() if pattern[-1] == each.id) for each in group.choices}
    hidden = hidden_groups(counts, minimum=minimum)
    means = {each.id: _means_of(each.id, asked, patterns, minimum=minimum) for each in group.choices}
    # a question that too few of one group answered could be told from the others and the total
    places = [place for place in range(len(asked)) if all(means[name][place] for name in counts if name not in hidden)]
    shown = {
        name: tuple(each[place] if place in places else None for place in range(len(asked)))
        for name, each in means.items()
    }
    return tuple(
        GroupResult(choice=name, people=people, means=None if name in hidden else shown[name])
        for name, people in counts.items()
    )


def _means_of(name: str, asked: list[Question], patterns: Counter[Pattern], *, minimum: int) -> tuple[Mean | None, ...]:
    own: Counter[Pattern] = Counter({pattern: n for pattern, n in patterns.items() if pattern[-1] == name})
    results = [
        question_result(own, question=question, place=place, population=None) for place, question in enumerate(asked)
    ]
    return tuple(each.mean if each.mean.count >= minimum else None for each in results)


@dataclass(frozen=True, kw_only=True, slots=True)
class StratumRate:
    """How many of an organisation were drawn, and how many answered of those not asked on paper; None where hidden."""

    name: str
    population: int
    invited: int
    response_rate: Rate | None


def stratum_rates(found: Round) -> list[StratumRate]:
    """Return a closed round's strata; the rates of those with few people are hidden, as those of small groups are."""
    if found.state != RoundState.CLOSED.value:
        return []
    strata = list(found.strata.order_by("pk"))
    asked = {str(each.pk): each.invited_count - each.paper_count for each in strata}
    hidden = hidden_groups(asked, minimum=found.minimum)
    return [
        StratumRate(
            name=each.name, population=each.population_count, invited=each.invited_count,
            response_rate=None if str(each.pk) in hidden
            else Rate(part=each.answered_count or 0, whole=asked[str(each.pk)]),
        )
        for each in strata
    ]  # fmt: skip


def comments_of(found: Round, *, query: str = "", question: str = "") -> QuerySet[Comment]:
    """Return the free texts of a closed round that hold every word asked for, in no order of their writing."""
    is_shown = found.state == RoundState.CLOSED.value and found.responses.count() >= found.minimum
    if not is_shown:
        return Comment.objects.none()
    comments = Comment.objects.filter(round=found)
    if question:
        comments = comments.filter(question=question)
    for word in folded(query).split():
        comments = comments.filter(search_key__contains=word)
    return comments.order_by("question", "pk")


def earlier_rounds(found: Round) -> list[Round]:
    """Return the closed rounds of the same questionnaire up to this one, in order of time: for comparing years."""
    rounds = Round.objects.filter(
        contract=found.contract_id, questionnaire__key=found.questionnaire.key, state=RoundState.CLOSED.value,
        start_date__lte=found.start_date,
    )  # fmt: skip
    return list(rounds.select_related("questionnaire").order_by("start_date", "pk"))


def paper_people(found: Round) -> list[str]:
    """Return the names of those who get a sheet of paper; who of them gave it back is not known."""
    papers = found.invitations.filter(channel=InvitationChannel.PAPER.value)
    return list(papers.order_by("person__reading", "person__name").values_list(F("person__name"), flat=True))
