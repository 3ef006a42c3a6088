"""What people may type of themselves, cleaned."""

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.api.operations import LONGEST_DAYS


class NameForm(forms.Form):
    name = forms.CharField(label=_("氏名"), max_length=120)
    reading = forms.CharField(label=_("よみ"), max_length=120, required=False)


class TokenForm(forms.Form):
    name = forms.CharField(label=_("名前（どのプログラムのものか）"), max_length=100)
    days = forms.IntegerField(label=_("有効日数"), min_value=1, max_value=LONGEST_DAYS, initial=90)
    may_write = forms.BooleanField(label=_("書込みも許す"), required=False)
