"""A round's strata: the organisations of its people, each drawn by itself. Called while a round is opened or closed."""

from collections.abc import Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from madoguchi.core.quality_vocabulary import Allocation, InvitationChannel, QuestionKind
from madoguchi.core.surveys.strata import (
    SampleTooSmallError,
    Stratum,
    drawn_by_stratum,
    equal_allocation,
    proportional_allocation,
)  # fmt: skip
from madoguchi.core.surveys.suppression import hidden_groups
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Organisation, Person
from madoguchi.surveys.models import Invitation, Response, Round, RoundStratum
from madoguchi.surveys.queries import sheet_of
from madoguchi.surveys.rules import LEAST_ASKED

FEWEST = 2
"""Strata apart from each other: of fewer there is nothing to weigh."""
ALLOCATIONS = {Allocation.PROPORTIONAL: proportional_allocation, Allocation.EQUAL: equal_allocation}


def draw_by_organisation(found: Round, people: Mapping[int, Person], *, size: int) -> dict[int, RoundStratum]:
    """Draw a sample shared out among the organisations as the round says; return who was drawn, with the stratum.

    People without an organisation are a stratum of their own, without a name. Raises FieldError for a sample too small.
    """
    members: dict[int | None, list[int]] = {}
    for key, person in people.items():
        members.setdefault(person.organisation_id, []).append(key)
    names = dict(Organisation.objects.filter(pk__in=[each for each in members if each]).values_list("pk", "name"))
    order = sorted(members, key=lambda each: (each is None, each))
    strata = [Stratum(name=names.get(each or 0, ""), size=len(members[each])) for each in order]
    try:
        sizes = ALLOCATIONS[Allocation(found.allocation)](strata, sample=size)
    except SampleTooSmallError as error:
        text = _("組織ごとに2人以上を抽出するには、抽出する人数を%(least)s人以上にしてください（今回 %(given)s人）。")
        raise FieldError("sample_size", text % {"least": error.least, "given": size}) from None
    chosen = drawn_by_stratum([members[each] for each in order], sizes=sizes, seed=found.seed)
    kept = [
        RoundStratum.objects.create(
            round=found, name=stratum.name, population_count=stratum.size, invited_count=len(keys)
        )
        for stratum, keys in zip(strata, chosen, strict=True)
    ]
    return {key: stratum for stratum, keys in zip(kept, chosen, strict=True) for key in keys}


def count_paper(found: Round) -> None:
    """Note how many of each stratum get paper."""
    papers = Count("invitations", filter=Q(invitations__channel=InvitationChannel.PAPER.value))
    for each in found.strata.annotate(papers=papers):
        each.paper_count = each.papers
        each.save(update_fields=["paper_count"])


def count_answered(found: Round) -> None:
    """Note how many of each stratum answered, before it is forgotten who was asked."""
    for each in found.strata.annotate(used=Count("invitations", filter=Q(invitations__is_used=True))):
        each.answered_count = each.used
        each.save(update_fields=["answered_count"])


def join_small_strata(found: Round) -> None:
    """Join the strata of which so few were asked that an answer's stratum would come close to naming a person.

    A sheet that says where somebody works must not say it twice: then all strata are joined and no answer knows one.
    """
    asked = {str(each.pk): each.invited_count - each.paper_count for each in found.strata.all()}
    has_group = any(each.kind is QuestionKind.GROUP for each in sheet_of(found).questions)
    small = asked.keys() if has_group else hidden_groups(asked, minimum=max(LEAST_ASKED, found.minimum))
    found.strata.filter(pk__in=small).update(is_joined=True)


def kept_stratum(invitation: Invitation) -> RoundStratum | None:
    """Return the stratum an answer is kept with: for one that is joined the first of them, where others stand alone."""
    stratum = invitation.stratum
    if stratum is None or not stratum.is_joined:
        return stratum
    strata = list(invitation.round.strata.order_by("pk"))
    if all(each.is_joined for each in strata):
        return None
    return next(each for each in strata if each.is_joined)


def join_strata_of_few_answers(found: Round) -> None:
    """Join the strata in which fewer answered than the round's minimum, with those that would give them away.

    Where fewer than two would remain, and where so few answers have no stratum that they follow from all others, the
    answers forget their strata.
    """
    responses = Response.objects.filter(round=found)
    strata = list(found.strata.order_by("pk"))
    kept = dict(responses.exclude(stratum=None).values_list("stratum").annotate(Count("pk")))
    first = next((each for each in strata if each.is_joined), None)
    alone = [each for each in strata if not each.is_joined or each == first]
    small = hidden_groups({str(each.pk): kept.get(each.pk, 0) for each in alone}, minimum=found.minimum)
    joined = [each for each in strata if each.is_joined or str(each.pk) in small]
    without = responses.filter(stratum=None).count()
    if len(strata) - len(joined) + bool(joined) < FEWEST or 0 < without < found.minimum:
        found.strata.update(is_joined=True)
        responses.update(stratum=None)
    elif joined:
        found.strata.filter(pk__in=[each.pk for each in joined]).update(is_joined=True)
        responses.filter(stratum__in=joined).update(stratum=joined[0])
