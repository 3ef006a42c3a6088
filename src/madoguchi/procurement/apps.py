from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "madoguchi.procurement"
    label = "procurement"
