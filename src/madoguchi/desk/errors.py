"""What can be refused at the desk; each text is fit to be shown."""

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Act, TicketState


class StaleTicketError(MadoguchiError):
    """Somebody else changed this ticket meanwhile. Nothing was saved; what was typed is kept."""

    def __init__(self, *, given: int, current: int) -> None:
        self.given, self.current = given, current
        super().__init__(
            f"他の担当者がこの案件を更新しました（開いた版 {given}、現在の版 {current}）。"
            "入力内容は残っています。最新の経過を確認してから、もう一度保存してください。"
        )


class ImpossibleActError(MadoguchiError):
    """The ticket's state does not allow the act."""

    def __init__(self, *, act: Act, state: TicketState) -> None:
        super().__init__(f"「{state.label}」の案件に「{act.label}」はできません。")


class FieldError(MadoguchiError):
    """One field of what was given is wrong: which, and what is allowed."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)
