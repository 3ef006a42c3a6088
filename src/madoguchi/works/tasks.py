"""Background work of the works."""

from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from madoguchi.core.works_vocabulary import ApprovalState
from madoguchi.works.links import approval_address, decision_address
from madoguchi.works.models import ApprovalAsk, DecisionAsk
from madoguchi.works.queries import form_of

MAILS_AT_ONCE = 200


@task(queue_name="notices")
def mail_asks() -> int:
    """Mail those who are asked to approve, once each; whoever has no address finds it in the portal."""
    waiting = ApprovalAsk.objects.filter(mailed_at__isnull=True, approval__state=ApprovalState.ASKED.value)
    related = ("person", "approval__application__ticket__contract", "approval__application__form")
    sent = 0
    for ask in waiting.select_related(*related).order_by("asked_at", "pk")[:MAILS_AT_ONCE]:
        # marked before it is sent: a mail that is lost is found in the portal, one sent twice confuses
        is_ours = ApprovalAsk.objects.filter(pk=ask.pk, mailed_at__isnull=True).update(mailed_at=timezone.now())
        if is_ours and ask.person.mail:
            asking_mail(ask).send()
            sent += 1
    return sent


@task(queue_name="notices")
def mail_decisions() -> int:
    """Mail the responsible division what it is asked to decide, once each. Returns how many."""
    waiting = DecisionAsk.objects.filter(mailed_at__isnull=True, request__decided_at__isnull=True)
    sent = 0
    for ask in waiting.select_related("person", "request__contract").order_by("asked_at", "pk")[:MAILS_AT_ONCE]:
        is_ours = DecisionAsk.objects.filter(pk=ask.pk, mailed_at__isnull=True).update(mailed_at=timezone.now())
        if is_ours and ask.person.mail:
            deciding_mail(ask).send()
            sent += 1
    return sent


def deciding_mail(ask: DecisionAsk) -> EmailMessage:
    asked = ask.request
    subject = " ".join(f"[窓口] 判断のお願い: {asked.subject}".split())
    options = [f"{place}. {text}" for place, text in enumerate(asked.options, start=1)]
    lines = (
        asked.question, "", *options, f"推奨: {asked.recommended + 1}", "", asked.evidence, "",
        "次のページで選択肢のボタンを押すと回答できます。開くだけでは何も決まりません。", decision_address(ask),
        asked.contract.name, "Open the page and press an option to answer. Opening it decides nothing.",
    )  # fmt: skip
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=subject, body="\n".join(lines), to=[ask.person.mail], headers=headers)


def asking_mail(ask: ApprovalAsk) -> EmailMessage:
    """Return the mail with the link; the link shows the application, and the person decides there."""
    application = ask.approval.application
    form, ticket = form_of(application), application.ticket
    expires = timezone.localtime(ask.expires_at).strftime("%Y-%m-%d %H:%M")
    lines = (
        f"「{form.title.ja}」の承認をお願いします（{form.approval(ask.approval.key).label.ja}）。",
        "",
        f"受付番号 {ticket.reference}　{ticket.contract.name}",
        "次のページで内容を確認し、承認または不承認を選んでください。開くだけでは何も決まりません。",
        approval_address(ask),
        f"このページは {expires} まで使えます。他の人に転送しないでください。",
        "",
        f"Please approve or refuse: {form.title.en} ({ticket.reference}). Opening the page decides nothing.",
    )
    return EmailMessage(
        subject=f"[窓口 {ticket.reference}] 承認のお願い: {form.title.ja}", body="\n".join(lines), to=[ask.person.mail],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
