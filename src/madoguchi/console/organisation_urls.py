"""Addresses of organisations, their divisions, and people's accounts."""

from django.urls import path

from madoguchi.console.views import accounts, organisations

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<int:organisation_id>/", organisations.tree, name="organisation"),
    path("people/<int:person_id>/account/", accounts.account, name="person_account"),
]
