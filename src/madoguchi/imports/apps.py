from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "madoguchi.imports"
    label = "imports"
