"""Addresses of a contract's mail."""

from django.urls import path

from madoguchi.console.views import mail

urlpatterns = [
    path("mail/", mail.mailboxes, name="mailboxes"),
    path("mail/boxes/new/", mail.new_mailbox, name="new_mailbox"),
    path("mail/boxes/<int:box_id>/", mail.mailbox, name="mailbox"),
    path("mail/quarantine/", mail.quarantine, name="quarantine"),
    path("mail/kept/<int:mail_id>/", mail.kept_mail, name="kept_mail"),
    path("mail/kept/<int:mail_id>/raw/", mail.raw_mail, name="raw_mail"),
    path("mail/kept/<int:mail_id>/decide/", mail.decide_mail, name="decide_mail"),
    path("mail/outbox/", mail.outbox, name="outbox"),
    path("tickets/<int:number>/mails/<int:mail_id>/", mail.ticket_mail, name="ticket_mail"),
    path("tickets/<int:number>/mails/<int:mail_id>/raw/", mail.ticket_raw_mail, name="ticket_raw_mail"),
]
