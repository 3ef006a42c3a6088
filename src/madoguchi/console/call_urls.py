"""Addresses of a contract's calls."""

from django.urls import path

from madoguchi.console.views import calls

urlpatterns = [
    path("", calls.unmatched, name="calls"),
    path("act/", calls.act, name="call_act"),
]
