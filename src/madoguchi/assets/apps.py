from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "madoguchi.assets"
    label = "assets"
