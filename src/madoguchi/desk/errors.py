"""What can be refused at the desk; each text is fit to be shown."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Act, TicketState


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
        is_japanese = (get_language() or "ja").startswith("ja")
        words = (state.label, act.label) if is_japanese else (state.label_en, act.label_en)
        text = _("「%(state)s」の案件に「%(act)s」はできません。")
        super().__init__(text % {"state": words[0], "act": words[1]})


class FieldError(MadoguchiError):
    """One field of what was given is wrong: which, and what is allowed."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)
