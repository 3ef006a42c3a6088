"""Addresses of a contract's calls."""

from django.urls import path

from madoguchi.console.views import call_exclusions, call_reports, call_sendings, calls, live_calls

urlpatterns = [
    path("", calls.unmatched, name="calls"),
    path("reports/", call_reports.report, name="call_report"),
    path("reports/export.<str:kind>", call_reports.export, name="call_export"),
    path("exclusions/", call_exclusions.exclusions, name="call_exclusions"),
    path("exclusions/ask/", call_exclusions.ask, name="exclude_call"),
    path("exclusions/<int:exclusion_id>/", call_exclusions.decide, name="decide_exclusion"),
    path("sendings/", call_sendings.sendings, name="call_sendings"),
    path("sendings/<int:sending_id>/end/", call_sendings.end, name="end_call_sending"),
    path("live/", live_calls.live, name="live_calls"),
    path("incoming/", live_calls.incoming, name="incoming_calls"),
    path("act/", calls.act, name="call_act"),
]
