"""Addresses of a contract's monitoring."""

from django.urls import path

from madoguchi.console.views import monitoring, monitoring_records, monitoring_sources

urlpatterns = [
    path("", monitoring.outages, name="outages"),
    path("outages/<int:outage_id>/", monitoring.outage, name="outage"),
    path("sources/", monitoring_sources.sources, name="monitoring_sources"),
    path("mapping/", monitoring_sources.mapping, name="mapping"),
    path("messages/", monitoring_sources.notifications, name="notifications"),
    path("messages/<int:message_id>/", monitoring_sources.notification, name="notification"),
    path("maintenance/", monitoring_records.maintenance, name="maintenance"),
    path("maintenance/<int:maintenance_id>/", monitoring_records.decide, name="decide_maintenance"),
    path("files/", monitoring_records.files, name="monitoring_files"),
    path("files/<int:import_id>/refused.csv", monitoring_records.refused, name="refused_lines"),
]
