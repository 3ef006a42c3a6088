"""What people type into any form: days that can be meant, texts without what no column holds."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

FIRST_DAY, FINAL_DAY = date(1990, 1, 1), date(2099, 12, 31)
OTHER_YEARS = _("1990年から2099年までの日を入力してください。")
NUL = ProhibitNullCharactersValidator(_("使えない制御文字が含まれています。"))
# `²` is a digit to Unicode as well, yet nobody's number
WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


class DayField(forms.DateField):
    """A day of a year that can be meant: not the first of all years, typed by mistake."""

    default_validators: list[Callable[[Any], None]] = [  # as Django has it
        MinValueValidator(FIRST_DAY, OTHER_YEARS),
        MaxValueValidator(FINAL_DAY, OTHER_YEARS),
    ]


def name_nul(form: forms.Form) -> None:
    """Let the texts of a form say what is wrong with a NUL: Django's own words ask for "any letter" in Japanese."""
    for each in form.fields.values():
        if isinstance(each, forms.CharField):
            known = (one for one in each.validators if not isinstance(one, ProhibitNullCharactersValidator))
            each.validators = [NUL, *known]


def narrow_digits(text: str) -> str:
    """Return a text with the wide digits of Japanese keyboards as plain ones."""
    return text.translate(WIDE)
