"""What can be refused in a survey; each text is fit to be shown."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.quality_vocabulary import AnswerFault


class SurveyClosedError(MadoguchiError):
    """The survey takes no answers today."""

    def __init__(self) -> None:
        super().__init__(_("この調査は現在、回答を受け付けていません。"))


class AlreadyAnsweredError(MadoguchiError):
    """The person has answered before; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("この調査にはすでに回答済みです。ありがとうございました。"))


class EmptySheetError(MadoguchiError):
    """Nothing was answered at all."""

    def __init__(self) -> None:
        super().__init__(_("1つ以上の設問に回答してください。"))


class SheetError(MadoguchiError):
    """Some answers are wrong: which, by question, and how."""

    def __init__(self, faults: Mapping[str, AnswerFault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{name}: {fault.label}" for name, fault in faults.items()))
