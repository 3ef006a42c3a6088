"""A contract with a survey: users with and without mail, a questionnaire, a round that can be opened."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from madoguchi.contracts.operations import give_role
from madoguchi.core.quality_vocabulary import RoundMode
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person
from madoguchi.surveys.models import Invitation, Round
from madoguchi.surveys.operations.answer import answer_by_link
from madoguchi.surveys.operations.plan import NewRound, add_questionnaire, close_round, open_round, plan_round
from tests.desk_world import NOW, START, World, definition_texts

CHOICES = """
[[scale.choice]]
id = "満足"
score = 100
satisfied = true
text = { ja = "満足", en = "Satisfied" }
[[scale.choice]]
id = "ほぼ満足"
score = 80
satisfied = true
text = { ja = "ほぼ満足", en = "Mostly satisfied" }
[[scale.choice]]
id = "不満"
score = 0
text = { ja = "不満", en = "Dissatisfied" }
"""
QUESTIONNAIRE = f"""
format = 1
id = "satisfaction"
languages = ["ja", "en"]
title = {{ ja = "窓口の満足度調査", en = "Satisfaction with the desk" }}
introduction = {{ ja = "3分ほどで終わります。", en = "It takes three minutes." }}
[[scale]]
id = "points"
{CHOICES}
[[question]]
id = "電話"
scale = "points"
required = true
text = {{ ja = "電話での対応はいかがでしたか。", en = "How was the telephone?" }}
[[question]]
id = "メール"
scale = "points"
text = {{ ja = "メールでの対応はいかがでしたか。", en = "How was the mail?" }}
[[question]]
id = "理由"
kind = "text"
text = {{ ja = "不満の理由をお書きください。", en = "Why were you dissatisfied?" }}
when = {{ question = "電話", is = ["不満"] }}
[[question]]
id = "所属"
kind = "group"
text = {{ ja = "所属を選んでください。", en = "Where do you work?" }}
[[question.choice]]
id = "本省"
text = {{ ja = "本省", en = "Headquarters" }}
[[question.choice]]
id = "地方"
text = {{ ja = "地方局", en = "Regional office" }}
[[question]]
id = "意見"
kind = "text"
text = {{ ja = "ご意見", en = "Anything else" }}
"""
SCORE = """
id = "satisfaction_score"
label = "満足度"
label_en = "Satisfaction"
requirement = "75点以上"
statistic = "survey_score"
window = "survey_round"
questions = ["電話", "メール"]
[scores]
"満足" = 100
"ほぼ満足" = 80
"不満" = 0
[[objective]]
comparator = "at_least"
target = 75
"""
RATE = """
id = "response_rate"
label = "回収率"
label_en = "Response rate"
requirement = "70％以上"
statistic = "rate"
table = "survey_invitations"
window = "survey_round"
[[part]]
column = "answered_at"
is_missing = false
[[objective]]
comparator = "at_least"
target = 70
"""
ROUND = """
[[survey_round]]
id = "令和8年度調査"
start_date = 2026-05-11
end_date = 2026-06-11
"""
KEY = "令和8年度調査"
CLOSING = date(2026, 6, 10)
AFTER = datetime(2026, 6, 11, 3, 0, tzinfo=UTC)


def survey_texts(key: str) -> dict[str, str]:
    texts = definition_texts(key)
    return texts | {
        "contract.toml": texts["contract.toml"] + ROUND,
        "indicators/satisfaction_score.toml": SCORE,
        "indicators/response_rate.toml": RATE,
    }


def promise_survey(world: World) -> None:
    """Let the world's contract promise a satisfaction score and a response rate."""
    world.contract.definitions.update(texts=survey_texts(world.contract.key), added_at=NOW + timedelta(seconds=2))


def add_users(world: World, count: int, *, mail: bool = True) -> list[Person]:
    people = []
    for number in range(count):
        person = add_person(
            name=f"利用者{number}", reading=f"りようしゃ{number:03d}", actor="system:test", at=NOW,
            mail=f"u{number}-{world.contract.key}@example.jp" if mail else "",
        )  # fmt: skip
        give_role(
            contract=world.contract, person=person, kind=RoleKind.USER, start_date=START, actor="system:test", at=NOW
        )
        people.append(person)
    return people


def planned(world: World, *, mode: RoundMode = RoundMode.PERSONAL, key: str = KEY, minimum: int = 5) -> Round:
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    stored = add_questionnaire(access=manager, file="satisfaction.toml", text=QUESTIONNAIRE, now=NOW)
    new = NewRound(
        key=key, label=key, questionnaire=stored, mode=mode, start_date=date(2026, 5, 11), closing_date=CLOSING,
        minimum=minimum,
    )  # fmt: skip
    return plan_round(access=manager, new=new, now=NOW)


def opened(world: World, *, mode: RoundMode = RoundMode.PERSONAL, users: int = 12, minimum: int = 5) -> Round:
    promise_survey(world)
    add_users(world, users)
    found = planned(world, mode=mode, minimum=minimum)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    return open_round(access=manager, round_id=found.pk, address="http://testserver/", now=NOW)


def answer(found: Round, person: Person, given: Mapping[str, str], *, now: datetime = NOW) -> None:
    answer_by_link(invitation=Invitation.objects.get(round=found, person=person), given=given, now=now)


def closed(world: World, found: Round) -> Round:
    return close_round(access=world.access[RoleKind.OPERATIONS_MANAGER], round_id=found.pk, now=AFTER)


def running_round(world: World) -> Round:
    """Return a round in the portal that takes answers today, whatever day that is."""
    manager, now = world.access[RoleKind.OPERATIONS_MANAGER], timezone.now()
    stored = add_questionnaire(access=manager, file="satisfaction.toml", text=QUESTIONNAIRE, now=now)
    today = timezone.localdate(now)
    new = NewRound(
        key="今日", label="今日の調査", questionnaire=stored, mode=RoundMode.PORTAL, start_date=today,
        closing_date=today,
    )  # fmt: skip
    found = plan_round(access=manager, new=new, now=now)
    return open_round(access=manager, round_id=found.pk, address="http://testserver/", now=now)
