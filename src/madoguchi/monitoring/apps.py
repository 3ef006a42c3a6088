from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "madoguchi.monitoring"
    label = "monitoring"
