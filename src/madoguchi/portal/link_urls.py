"""Addresses that stand in mails: no sign-in, the signed link says who answers."""

from django.urls import path

from madoguchi.portal import approving, deciding

urlpatterns = [
    path("<str:token>/", approving.approval_link, name="approval_link"),
    path("decision/<str:token>/", deciding.decision_link, name="decision_link"),
]
