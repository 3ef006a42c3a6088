"""What can be refused in staffing; each text is fit to be shown."""

from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError


class PlanNotDoneError(MadoguchiError):
    """The plan is not computed, so it cannot be published."""

    def __init__(self) -> None:
        super().__init__(_("計算が終わっていないか失敗した計画は公開できません。新しい計画を作ってください。"))


class NothingToPublishError(MadoguchiError):
    """The plan holds no shift, so it cannot be published."""

    def __init__(self) -> None:
        super().__init__(_("勤務のない計画は公開できません。要員を登録してから計画を作ってください。"))


class TooManyPlansError(MadoguchiError):
    """Enough plans are being computed."""

    def __init__(self) -> None:
        super().__init__(_("計算中の計画が多すぎます。終わるのを待ってから作ってください。"))
