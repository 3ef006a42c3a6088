from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "madoguchi.works"
    label = "works"
