from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "madoguchi.handover"
    label = "handover"
