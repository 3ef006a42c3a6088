from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "madoguchi.surveys"
    label = "surveys"
