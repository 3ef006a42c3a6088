"""What may be typed of boxes, cleaned. Nothing is saved here."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import choices
from madoguchi.contracts.access import Access
from madoguchi.core.mail_vocabulary import AfterIntake, MailProtocol, MailSecurity
from madoguchi.desk.models import Queue

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")
FOLDER = re.compile(r"[ !#-\[\]-~]{1,200}\Z")
ACCOUNT = re.compile(r"[!-~]{1,254}\Z")
MOST_ALIASES = 20


class MailboxForm(forms.Form):
    """A box. Its password is never typed here."""

    name = forms.SlugField(label=_("名前（英数字）"), max_length=40)
    address = forms.EmailField(label=_("メールアドレス"), max_length=254)
    display_name = forms.CharField(label=_("差出人として表示する名前"), max_length=100, required=False)
    aliases = forms.CharField(label=_("ほかの宛先（空白区切り）"), max_length=2_000, required=False)
    protocol = forms.ChoiceField(label=_("受信方法"), choices=choices(MailProtocol))
    host = forms.CharField(label=_("メールサーバー"), max_length=253, required=False)
    port = forms.IntegerField(label=_("ポート"), min_value=1, max_value=65_535, initial=993)
    security = forms.ChoiceField(label=_("通信の保護"), choices=choices(MailSecurity))
    account = forms.CharField(label=_("アカウント"), max_length=254, required=False)
    folder = forms.CharField(label=_("フォルダー"), max_length=200, initial="INBOX")
    after = forms.ChoiceField(label=_("取り込んだ後"), choices=choices(AfterIntake), initial=AfterIntake.FLAG.value)
    queue = forms.ModelChoiceField(label=_("受付先"), queryset=Queue.objects.none(), required=False)
    hourly_limit = forms.IntegerField(
        label=_("同じ差出人から1時間に受け付ける件数"), min_value=1, max_value=100_000, initial=60
    )
    takes_strangers = forms.BooleanField(label=_("登録のない差出人からも受け付ける"), required=False, initial=True)
    acknowledges = forms.BooleanField(label=_("受付番号を自動で返信する"), required=False)
    has_extensions = forms.BooleanField(
        label=_("サーバーが「名前+語@」宛ても届ける（返信先に署名を付ける）"), required=False, initial=True
    )
    is_active = forms.BooleanField(label=_("使用する"), required=False, initial=True)

    def __init__(self, *given: Any, access: Access, **options: Any) -> None:  # noqa: ANN401  # Django's signature
        super().__init__(*given, **options)
        queues: Any = self.fields["queue"]
        queues.queryset = Queue.objects.filter(contract=access.contract).order_by("pk")

    def clean_aliases(self) -> list[str]:
        found = str(self.cleaned_data["aliases"]).split()
        address = forms.EmailField(max_length=254)
        for each in found:
            address.clean(each)
        if len(found) > MOST_ALIASES:
            raise forms.ValidationError(_("ほかの宛先は20件以内にしてください。"))
        return found

    def clean_host(self) -> str:
        return self._matching("host", HOST, _("サーバー名は英数字、点、ハイフンで入力してください。"))

    def clean_account(self) -> str:
        return self._matching("account", ACCOUNT, _("アカウントは空白を含まない英数記号で入力してください。"))

    def clean_folder(self) -> str:
        return self._matching("folder", FOLDER, _("フォルダーは英数記号（引用符と逆斜線を除く）で入力してください。"))

    def _matching(self, field: str, allowed: re.Pattern[str], message: Any) -> str:  # noqa: ANN401  # a lazy text
        given = str(self.cleaned_data[field])
        if given and not allowed.match(given):
            raise forms.ValidationError(message)
        return given
