"""Addresses of the answering page that need no contract: personal links and the thanks."""

from django.urls import path

from madoguchi.portal import survey_views

urlpatterns = [
    path("", survey_views.thanks, name="survey_thanks"),
    path("<str:token>/", survey_views.answer_link, name="answer_survey"),
]
