"""Surveys of the example desks: earlier rounds of the contract, closed, and one in the portal that can be answered."""

import json
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.contracts.operations import give_role
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.metrics.spec import SurveyRound
from madoguchi.core.quality_vocabulary import RoundMode
from madoguchi.core.vocabulary import RoleKind, Statistic
from madoguchi.people.models import Organisation
from madoguchi.people.operations import add_person
from madoguchi.samples.events import FIVE_POINTS
from madoguchi.surveys.models import Invitation, StoredQuestionnaire
from madoguchi.surveys.operations.answer import answer_by_link
from madoguchi.surveys.operations.plan import NewRound, add_questionnaire, close_round, open_round, plan_round
from madoguchi.surveys.rules import first_moment

ADDRESS = "http://localhost:8000/"
MINIMUM = 3
ENGLISH = ("Satisfied", "Mostly satisfied", "Neither", "Rather dissatisfied", "Dissatisfied")
USUAL = ("電話での対応", "メールやWebでの対応", "説明の分かりやすさ")
SETUP = "system:setup"
BUREAUS = (("北部地方局", 24), ("南部地方局", 16))
NAMES = (
    ("青山", "あおやま", "恵子", "けいこ"), ("大西", "おおにし", "拓也", "たくや"), ("川口", "かわぐち", "愛", "あい"),
    ("近藤", "こんどう", "正樹", "まさき"), ("清水", "しみず", "美穂", "みほ"), ("竹内", "たけうち", "亮", "りょう"),
    ("中島", "なかじま", "友香", "ゆか"), ("野村", "のむら", "浩二", "こうじ"), ("原田", "はらだ", "千晶", "ちあき"),
    ("藤井", "ふじい", "剛", "つよし"), ("村上", "むらかみ", "早苗", "さなえ"), ("森田", "もりた", "圭", "けい"),
    ("横山", "よこやま", "真由", "まゆ"),
)  # fmt: skip
OPINIONS = (
    "いつも丁寧に対応していただき、助かっています。",
    "電話がつながるまでに時間がかかることがあります。",
    "手順書の画面が古く、途中で分からなくなりました。",
    "折り返しの時刻を先に教えてもらえると予定が立てやすいです。",
)


def add_surveys(*, contract: Contract, manager: Access, now: datetime) -> None:
    """Ask the rounds that the contract names and that are over, and open one for whoever tries the desk."""
    promised = definitions_on(contract=contract, day=timezone.localdate(now)).promised
    stored = add_questionnaire(access=manager, file="satisfaction.json", text=questionnaire(promised), now=now)
    chance = random.Random(f"surveys-{contract.key}")  # noqa: S311  # invented data, the same every time
    if promised.survey_rounds:
        _add_bureaus(contract, now=now)
    for named in promised.survey_rounds:
        if named.period.end_date <= timezone.localdate(now):
            _past_round(manager, named, stored, chance)
    today = timezone.localdate(now)
    new = NewRound(
        key="portal", label="窓口改善アンケート", questionnaire=stored, mode=RoundMode.PORTAL, start_date=today,
        closing_date=today + timedelta(days=30), minimum=MINIMUM,
    )  # fmt: skip
    found = plan_round(access=manager, new=new, now=now)
    open_round(access=manager, round_id=found.pk, address=ADDRESS, now=now)


def _add_bureaus(contract: Contract, *, now: datetime) -> None:
    """Add users in bureaus, so that the rounds can be drawn and weighed by organisation."""
    for place, (name, size) in enumerate(BUREAUS):
        home = Organisation.objects.create(key=f"{contract.key}-bureau-{place}", name=name)
        for number in range(size):
            family, given = NAMES[(7 * place + number) % len(NAMES)], NAMES[(number + place + 3) % len(NAMES)]
            person = add_person(
                name=f"{family[0]} {given[2]}", reading=f"{family[1]} {given[3]}", organisation=home, actor=SETUP,
                at=now, mail=f"bureau{place}-{number}-{contract.key}@example.jp", chain=contract.key,
            )  # fmt: skip
            start = contract.start_date
            give_role(contract=contract, person=person, kind=RoleKind.USER, start_date=start, actor=SETUP, at=now)


def questionnaire(promised: Promised) -> str:
    """Return a questionnaire with the questions and scores that the contract's definitions name."""
    asked = [each for each in promised.indicators if each.statistic is Statistic.SURVEY_SCORE]
    names = list(dict.fromkeys(name for each in asked for name, _ in each.groups)) or list(USUAL)
    scores = next((each.scores for each in asked if each.scores), FIVE_POINTS)
    return json.dumps(
        {
            "id": "satisfaction", "languages": ["ja", "en"],
            "title": {"ja": "窓口の満足度調査", "en": "Satisfaction with the desk"},
            "introduction": {"ja": "2分ほどで終わります。", "en": "It takes about two minutes."},
            "scale": [{"id": "points", "choice": list(_choices(scores))}],
            "question": [*_scored(names), _why(names[0], [word for word, _ in scores]), _opinion()],
        },
        ensure_ascii=False,
    )  # fmt: skip


def _choices(scores: tuple[tuple[str, int], ...]) -> Iterator[dict[str, object]]:
    for (word, score), english in zip(scores, ENGLISH, strict=True):
        yield {"id": word, "score": score, "satisfied": score >= scores[1][1], "text": {"ja": word, "en": english}}


def _scored(names: list[str]) -> Iterator[dict[str, object]]:
    for number, name in enumerate(names, start=1):
        text = {
            "ja": f"「{name}」について、どのくらい満足していますか。",
            "en": f"How satisfied are you? (item {number})",
        }
        yield {"id": name, "scale": "points", "required": number == 1, "text": text}


def _why(name: str, words: list[str]) -> dict[str, object]:
    text = {"ja": "不満な点をお聞かせください。", "en": "What were you dissatisfied with?"}
    return {"id": "不満な点", "kind": "text", "text": text, "when": {"question": name, "is": words[-2:]}}


def _opinion() -> dict[str, object]:
    return {"id": "ご意見", "kind": "text", "text": {"ja": "ご意見があればお書きください。", "en": "Anything else?"}}


def _past_round(manager: Access, named: SurveyRound, stored: StoredQuestionnaire, chance: random.Random) -> None:
    opening = first_moment(named.period.start_date) + timedelta(hours=10)
    new = NewRound(
        key=named.id, label=named.label, questionnaire=stored, mode=RoundMode.PERSONAL,
        start_date=named.period.start_date, closing_date=named.period.end_date - timedelta(days=1), minimum=MINIMUM,
        is_stratified=True,
    )  # fmt: skip
    found = plan_round(access=manager, new=new, now=opening)
    open_round(access=manager, round_id=found.pk, address=ADDRESS, now=opening)
    # these mails are of the past: nobody is to get them
    found.invitations.update(mail_due="")
    questions = json.loads(stored.text)["question"]
    for invitation in Invitation.objects.filter(round=found).select_related("round__contract").order_by("pk"):
        if chance.random() < 0.7:  # noqa: PLR2004  # seven of ten answer
            answer_by_link(invitation=invitation, given=_given(questions, stored, chance), now=opening)
    close_round(access=manager, round_id=found.pk, now=first_moment(named.period.end_date) + timedelta(hours=9))


def _given(questions: list[Mapping[str, str]], stored: StoredQuestionnaire, chance: random.Random) -> dict[str, str]:
    words = [each["id"] for each in json.loads(stored.text)["scale"][0]["choice"]]
    given = {
        each["id"]: chance.choices(words, (45, 30, 15, 7, 3))[0] for each in questions if each.get("scale")
    }  # fmt: skip
    given["不満な点"] = "待ち時間が長いと感じました。"
    return given | ({"ご意見": chance.choice(OPINIONS)} if chance.random() < 0.5 else {})  # noqa: PLR2004  # half of them
