"""Addresses of a contract's surveys."""

from django.urls import path

from madoguchi.console.views import surveys

urlpatterns = [
    path("", surveys.rounds, name="surveys"),
    path("questionnaires/", surveys.questionnaires, name="questionnaires"),
    path("new/", surveys.plan, name="new_round"),
    path("<int:round_id>/", surveys.show, name="round"),
    path("<int:round_id>/act/", surveys.act, name="round_act"),
    path("<int:round_id>/paper/", surveys.paper, name="paper"),
    path("<int:round_id>/comments/", surveys.comments, name="comments"),
    path("<int:round_id>/results.<str:kind>", surveys.export, name="round_export"),
]
