"""Forms about systems that take accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.provisioning_vocabulary import AccountField, CsvEncoding, UpdateWay
from madoguchi.webhooks.targets import MAX_URL

MAX_TOKEN = 2_000
EXAMPLE = "userid=user_name\nname=name\nmail=mail\nactive=is_active"


class ScimForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("scim", "")], widget=forms.HiddenInput, initial="scim")
    name = forms.CharField(label=_("名前"), max_length=60)
    url = forms.CharField(
        label=_("SCIMの基点のURL"), max_length=MAX_URL, help_text=_("例: https://idp.example.go.jp/scim/v2")
    )
    token = forms.CharField(
        label=_("ベアラートークン"), max_length=MAX_TOKEN, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("暗号化して保存し、二度と表示しません。"),
    )  # fmt: skip
    update_way = forms.ChoiceField(label=_("変更の送り方"), choices=choices(UpdateWay), initial=UpdateWay.PATCH.value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned.pop("what", None)
        if "update_way" in cleaned:
            cleaned["update_way"] = UpdateWay(cleaned["update_way"])
        return cleaned


class CsvForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("csv", "")], widget=forms.HiddenInput, initial="csv")
    name = forms.CharField(label=_("名前"), max_length=60)
    columns = forms.CharField(
        label=_("列（1行に「見出し=項目」）"), max_length=5_000, initial=EXAMPLE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("項目: %(words)s") % {"words": "、".join(f"{each.value}（{each.label}）" for each in AccountField)},
    )  # fmt: skip
    encoding = forms.ChoiceField(label=_("文字コード"), choices=choices(CsvEncoding), initial=CsvEncoding.UTF_8.value)

    def clean_columns(self) -> list[tuple[str, AccountField]]:
        """Return the columns. Raises ValidationError with the line that is none."""
        words, found = [each.value for each in AccountField], []
        for number, line in enumerate(self.cleaned_data["columns"].splitlines(), start=1):
            heading, _sign, field = (each.strip() for each in line.rpartition("="))
            if not line.strip():
                continue
            if not heading or field not in words:
                message = gettext(
                    "%(number)s行目「%(line)s」: 「見出し=項目」の形で、項目は次のいずれかにしてください: %(words)s"
                )
                given = {"number": number, "line": line[:60], "words": ", ".join(words)}
                raise forms.ValidationError(message % given)
            found.append((heading, AccountField(field)))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned.pop("what", None)
        if "encoding" in cleaned:
            cleaned["encoding"] = CsvEncoding(cleaned["encoding"])
        return cleaned


class TokenForm(StrictForm):
    """Asks for another bearer token in the place of the one a system has."""

    what = forms.ChoiceField(label=_("操作"), choices=[("token", "")])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=2**62)
    token = forms.CharField(label=_("新しいトークン"), max_length=MAX_TOKEN)


class WhichForm(StrictForm):
    CHANGES = ("pause", "resume", "remove", "again", "try")
    what = forms.ChoiceField(label=_("操作"), choices=[(each, "") for each in CHANGES])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=2**62)
