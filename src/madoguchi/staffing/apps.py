from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "madoguchi.staffing"
    label = "staffing"
