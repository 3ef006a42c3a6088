"""Macros of the example desks."""

from datetime import datetime

from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import Priority
from madoguchi.desk.models import Queue
from madoguchi.desk.operations.macros import MacroContent, save_macro


def add_macros(*, manager: Access, second_line: Queue, now: datetime) -> None:
    """Give a desk the three macros that its operators use most."""
    contents = (
        MacroContent(
            name="再起動を案内して完了",
            takes=True,
            answer="{{requester}} 様\nお問い合わせ（受付番号 {{reference}}）の件は、端末の再起動で解消します。"
            "解消しないときは、この番号を添えてお知らせください。\n担当 {{operator}}",
            resolves=True,
        ),
        MacroContent(
            name="二次窓口へ至急の切り分けを依頼",
            priority=Priority.HIGH,
            note="{{subject}}: 一次窓口で再現を確認。切り分けを依頼する。",
            queue=second_line,
        ),
        MacroContent(
            name="利用者に追加の情報を依頼",
            takes=True,
            answer="{{requester}} 様\n「{{subject}}」の確認のため、画面の写しと発生した時刻をお知らせください。",
            waits_for="requester",
        ),
    )
    for content in contents:
        save_macro(access=manager, macro=None, content=content, version=0, now=now)
