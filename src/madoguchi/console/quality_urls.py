"""Addresses of a contract's months."""

from django.urls import path

from madoguchi.console.views import quality

urlpatterns = [
    path("", quality.months, name="months"),
    path("running/", quality.running, name="running_month"),
    path("<str:month>/", quality.month, name="month"),
    path("<str:month>/submit/", quality.submit, name="submit_month"),
    path("<str:month>/decide/", quality.decide, name="decide_month"),
]
