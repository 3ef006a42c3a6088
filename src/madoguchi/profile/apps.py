from django.apps import AppConfig


class ProfileConfig(AppConfig):
    name = "madoguchi.profile"
    label = "profile"
