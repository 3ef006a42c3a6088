"""Addresses that stand in mails: no sign-in, the signed link says who answers."""

from django.urls import path

from madoguchi.portal import approving

urlpatterns = [path("<str:token>/", approving.approval_link, name="approval_link")]
