"""Applications, registers and decisions of an example desk, made through the same operations as everybody's."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from madoguchi.assets.models import Item
from madoguchi.assets.operations.items import NewItem, add_item
from madoguchi.assets.operations.loans import NewLoan, lend_item, reserve_item
from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import Channel
from madoguchi.core.works_vocabulary import ApprovalState, Register
from madoguchi.people.models import Person
from madoguchi.works.models import Application
from madoguchi.works.operations.apply import NewApplication, apply_for
from madoguchi.works.operations.approve import Decision, decide_approval
from madoguchi.works.operations.decide import NewDecision, answer_decision, ask_decision, make_criterion
from madoguchi.works.operations.fulfil import finish_task

People = Mapping[str, Access]
ITEMS = (
    (Register.LOAN, "L-001", "出張用端末", "5CD101", "貸出窓口", 1, 0),
    (Register.LOAN, "L-002", "出張用端末", "5CD102", "貸出窓口", 1, 0),
    (Register.LOAN, "L-003", "プロジェクター", "PJ-77", "貸出窓口", 1, 0),
    (Register.LOAN, "L-004", "Webカメラ", "", "貸出窓口", 1, 0),
    (Register.TERMINAL, "T-101", "行政端末", "8GX101", "4階", 1, 0),
    (Register.TERMINAL, "T-102", "行政端末", "8GX102", "5階", 1, 0),
    (Register.PRINTER, "P-01", "複合機（4階）", "MFP-4", "4階 廊下", 1, 0),
    (Register.PRINTER, "P-02", "複合機（5階）", "MFP-5", "5階 廊下", 1, 0),
    (Register.SUPPLY, "S-01", "トナー（黒）", "", "倉庫", 6, 3),
    (Register.SUPPLY, "S-02", "トナー（シアン）", "", "倉庫", 1, 2),
    (Register.MEDIA, "U-001", "暗号化USBメモリ", "USB0001", "", 1, 0),
    (Register.PHONE, "M-001", "業務用スマートフォン", "IMEI001", "", 1, 0),
    (Register.ACCOUNT, "A-001", "kubo.aoi", "", "", 1, 0),
    (Register.ACCOUNT, "A-002", "kubo.aoi-remote", "", "", 1, 0),
    (Register.ACCOUNT, "A-003", "noda.rei", "", "", 1, 0),
)
# what the person who signs in as the example user holds
OF_THE_USER = ("A-001", "A-002")
USB = {
    "serial": "USB0042", "maker": "例示電機 セキュア16GB", "purpose": "出張先での発表資料の持出し",
    "is_encrypted": "on",
}  # fmt: skip
RESET = {"account": "kubo.aoi", "contact": "2101"}


def add_works(people: People, users: tuple[Person, ...], *, now: datetime) -> None:
    """Fill the registers and let a few applications and decisions be under way."""
    items = {item.number: item for item in _items(people["operator"], people["user"].person, users, now=now)}
    _loans(people["operator"], users, items, now=now)
    day = now.date()
    until = {"until": str(day + timedelta(days=365))}
    _apply(people, "usb_registration", USB | until, now=now - timedelta(minutes=50))
    reset = _apply(people, "password_reset", RESET, now=now - timedelta(minutes=30))
    checked = {"method": "card", "is_confirmed": "on"}
    finish_task(
        access=people["operator"], application_id=reset.pk, task_number=1, given=checked,
        now=now - timedelta(minutes=20),
    )  # fmt: skip
    lost = {"device": "phone", "how": "lost", "noticed_at": f"{day} 08:00", "where": "通勤中の電車内"}
    _apply(people, "lost_device", lost, now=now - timedelta(minutes=12))
    use = {"service": "web_meeting", "purpose": "審議会の開催", "start_date": str(day)}
    service = _apply(people, "service_use", use, now=now - timedelta(minutes=40))
    asked = service.approvals.get(state=ApprovalState.ASKED.value)
    agreed = Decision(is_approved=True, reason="審議会の間に限ります。")
    decide_approval(access=people["division"], approval_id=asked.pk, decision=agreed, now=now - timedelta(minutes=10))
    _decisions(people, now=now)


def _items(operator: Access, user: Person, users: tuple[Person, ...], *, now: datetime) -> list[Item]:
    holders = {Register.TERMINAL, Register.MEDIA, Register.PHONE, Register.ACCOUNT}
    found = []
    for place, (register, number, name, serial, where, quantity, below) in enumerate(ITEMS):
        holder = user if number in OF_THE_USER else users[place % len(users)]
        new = NewItem(
            register=register, number=number, name=name, serial=serial, place=where, quantity=quantity,
            reorder_below=below, holder=holder if register in holders else None,
            valid_until=(now + timedelta(days=30)).date() if register is Register.MEDIA else None,
        )  # fmt: skip
        found.append(add_item(access=operator, new=new, now=now - timedelta(days=20)))
    return found


def _loans(operator: Access, users: tuple[Person, ...], items: Mapping[str, Item], *, now: datetime) -> None:
    """Lend one item that is late by now, and reserve another for next week."""
    then = now - timedelta(days=9)
    late = NewLoan(
        item_id=items["L-003"].pk, person=users[0], start_date=then.date(), until_date=(now - timedelta(days=2)).date()
    )
    lend_item(access=operator, loan_id=reserve_item(access=operator, new=late, now=then).pk, now=then)
    ahead = NewLoan(
        item_id=items["L-002"].pk, person=users[1], start_date=(now + timedelta(days=7)).date(),
        until_date=(now + timedelta(days=9)).date(),
    )  # fmt: skip
    reserve_item(access=operator, new=ahead, now=now)


def _apply(people: People, form: str, answers: Mapping[str, str], *, now: datetime) -> Application:
    user = people["user"]
    new = NewApplication(form=form, answers=answers, requester=user.person, channel=Channel.WEB, documents={})
    return apply_for(access=user, new=new, now=now)


def _decisions(people: People, *, now: datetime) -> None:
    """One question answered and kept as a criterion, one still open."""
    answered = NewDecision(
        subject="退職者のメールの転送", question="退職後の転送を認めるか", options=("認めない", "1か月に限り認める"),
        recommended=0, evidence="過去3件はいずれも認めていません。",
    )  # fmt: skip
    operator, division, then = people["manager"], people["division"], now - timedelta(hours=3)
    asked = ask_decision(access=operator, new=answered, now=then)
    answer_decision(
        access=division, request_id=asked.pk, choice=0, answer="例外は設けません。", now=then + timedelta(hours=1)
    )
    make_criterion(access=operator, request_id=asked.pk, title=asked.subject, now=then + timedelta(hours=2))
    waiting = NewDecision(
        subject="私物プリンターの接続", question="在宅勤務で私物プリンターの接続を認めるか",
        options=("認めない", "課長の承認があれば認める", "認める"), recommended=1,
        evidence="在宅勤務の利用者から同様の問合せが2件ありました。",
    )  # fmt: skip
    ask_decision(access=operator, new=waiting, now=now - timedelta(hours=1))
