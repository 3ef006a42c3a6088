"""Addresses of accounts passed on to other systems."""

from django.urls import path

from madoguchi.console.views import provisioning

urlpatterns = [
    path("account-systems/", provisioning.systems, name="account_systems"),
    path("account-systems/<int:system_id>/all.csv", provisioning.whole_file, name="account_file"),
    path("account-systems/<int:system_id>/changes.csv", provisioning.changes_file, name="account_changes"),
]
