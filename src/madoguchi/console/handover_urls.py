"""Addresses of a contract's handover and of its personal data."""

from django.urls import path

from madoguchi.console.views import handover, retention

urlpatterns = [
    path("handover/", handover.overview, name="handover"),
    path("handover/print/", handover.printed, name="handover_print"),
    path("handover/checklist.pdf", handover.document, name="handover_document"),
    path("handover/archives/<int:export_id>/", handover.archive, name="handover_archive"),
    path("retention/", retention.overview, name="retention"),
    path("retention/files/<int:finding_id>/", retention.decide_file, name="decide_file"),
    path("retention/<int:erasure_id>/", retention.proof, name="erasure_proof"),
]
