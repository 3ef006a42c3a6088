"""A round's strata: the organisations of its people, each drawn by itself. Called while a round is opened or closed."""

from collections.abc import Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from madoguchi.core.quality_vocabulary import InvitationChannel
from madoguchi.core.surveys.strata import SampleTooSmallError, Stratum, drawn_by_stratum, proportional_allocation
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Organisation, Person
from madoguchi.surveys.models import Round, RoundStratum


def draw_by_organisation(found: Round, people: Mapping[int, Person], *, size: int) -> dict[int, RoundStratum]:
    """Draw a sample proportional to the organisations' sizes; return who was drawn, each with the stratum.

    People without an organisation are a stratum of their own, without a name. Raises FieldError for a sample too small.
    """
    members: dict[int | None, list[int]] = {}
    for key, person in people.items():
        members.setdefault(person.organisation_id, []).append(key)
    names = dict(Organisation.objects.filter(pk__in=[each for each in members if each]).values_list("pk", "name"))
    order = sorted(members, key=lambda each: (each is None, each))
    strata = [Stratum(name=names.get(each or 0, ""), size=len(members[each])) for each in order]
    try:
        sizes = proportional_allocation(strata, sample=size)
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
