"""What can be refused of a month; each text is fit to be shown."""

from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError


class MonthNotReadyError(MadoguchiError):
    """The month cannot be submitted or decided as it stands; the text says why."""


class FiguresChangedError(MadoguchiError):
    """The facts changed since the month was submitted; it must be submitted again."""

    def __init__(self, names: list[str]) -> None:
        text = _("提出後に実績が変わりました（%(names)s）。差し戻して、提出し直してもらってください。")
        super().__init__(text % {"names": "、".join(names)[:300]})
