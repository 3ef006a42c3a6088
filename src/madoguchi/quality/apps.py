from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "madoguchi.quality"
    label = "quality"
