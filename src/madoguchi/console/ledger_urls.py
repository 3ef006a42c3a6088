"""Addresses of the ledgers brought in from other tools."""

from django.urls import path

from madoguchi.console.views import ledgers

urlpatterns = [
    path("imports/", ledgers.ledgers, name="ledgers"),
    path("imports/<int:run_id>/", ledgers.ledger, name="ledger"),
    path("imports/<int:run_id>/state/", ledgers.state, name="ledger_state"),
    path("imports/<int:run_id>/act/", ledgers.act, name="ledger_act"),
    path("imports/<int:run_id>/refused.<str:kind>", ledgers.refused, name="ledger_refused"),
]
