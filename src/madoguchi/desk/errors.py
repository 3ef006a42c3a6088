"""What can be refused at the desk; each text is fit to be shown."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Act, TicketState
from madoguchi.desk.rules import EARLIEST, LATEST, is_thinkable
from madoguchi.people.languages import label_of


class StaleTicketError(MadoguchiError):
    """Somebody else changed this ticket meanwhile. Nothing was saved; what was typed is kept."""

    def __init__(self, *, given: int, current: int) -> None:
        self.given, self.current = given, current
        text = _(
            "他の担当者がこの案件を更新しました（開いた版 %(given)s、現在の版 %(current)s）。入力内容は残っています。"
            "最新の経過を確認してから、もう一度保存してください。"
        )
        super().__init__(text % {"given": given, "current": current})


class ImpossibleActError(MadoguchiError):
    """The ticket's state does not allow the act."""

    def __init__(self, *, act: Act, state: TicketState) -> None:
        words = (label_of(state), label_of(act))
        text = _("「%(state)s」の案件に「%(act)s」はできません。")
        super().__init__(text % {"state": words[0], "act": words[1]})


class FieldError(MadoguchiError):
    """One field of what was given is wrong: which, and what is allowed."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def check_moments(moments: Mapping[str, datetime | None]) -> None:
    """Raise FieldError, by the field's name, for a moment outside the years that contracts can have."""
    for name, moment in moments.items():
        if moment is not None and not is_thinkable(moment):
            text = _("日時は%(first)s年から%(last)s年までの範囲で入力してください。")
            raise FieldError(name, text % {"first": EARLIEST.year, "last": LATEST.year - 1})
