"""Addresses of the portal of a contract."""

from django.urls import path

from madoguchi.portal import survey_views, views

urlpatterns = [
    path("", views.start, name="portal"),
    path("ask/", views.ask, name="ask"),
    path("suggest/", views.suggest, name="suggest"),
    path("tickets/<int:number>/", views.follow, name="follow"),
    path("tickets/<int:number>/answer/", views.answer_back, name="answer_back"),
    path("faq/<int:article_id>/", views.faq, name="faq"),
    path("surveys/<int:round_id>/", survey_views.answer_portal, name="portal_survey"),
]
