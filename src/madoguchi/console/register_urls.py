"""Addresses of the registers at a contract's desk."""

from django.urls import path

from madoguchi.console.views import distributions, register_files, registers, stocktakes

urlpatterns = [
    path("registers/", registers.items, name="registers"),
    path("registers/new/", registers.new, name="new_item"),
    path("registers/<int:item_id>/", registers.show, name="item"),
    path("registers/export.csv", register_files.export, name="export_items"),
    path("registers/import/", register_files.load, name="import_items"),
    path("registers/import/<int:import_id>/", register_files.import_page, name="item_import"),
    path("registers/labels.pdf", register_files.labels, name="labels"),
    path("registers/distributions/", distributions.distributions, name="distributions"),
    path("loans/", registers.loans, name="loans"),
    path("stocktakes/", stocktakes.stocktakes, name="stocktakes"),
    path("stocktakes/<int:stocktake_id>/", stocktakes.stocktake, name="stocktake"),
]
