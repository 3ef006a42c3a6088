"""Addresses of macros, answer templates and kept filters."""

from django.urls import path

from madoguchi.console.views import macros

urlpatterns = [
    path("templates/", macros.templates, name="templates"),
    path("macros/", macros.macros, name="macros"),
    path("macros/<int:macro_id>/", macros.macro, name="macro"),
    path("tickets/<int:number>/macro/", macros.on_ticket, name="ticket_macro"),
    path("desk/filters/<int:filter_id>/", macros.kept_filter, name="kept_filter"),
]
