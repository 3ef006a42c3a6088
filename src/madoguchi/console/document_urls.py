"""Addresses of kept documents and of the procurement."""

from django.urls import path

from madoguchi.console.views import documents, procurement, procurement_record

urlpatterns = [
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:document_id>/", documents.document, name="document"),
    path("documents/<int:document_id>/draft.<str:kind>", documents.draft, name="document_draft"),
    path("documents/<int:document_id>/<int:number>.pdf", documents.approved, name="document_pdf"),
    path("procurement/", procurement.overview, name="procurement"),
    path("procurement/parts/<slug:part_name>/", procurement_record.part, name="procurement_part"),
    path("procurement/parts/<slug:part_name>/<int:place>/", procurement_record.part, name="procurement_row"),
    path("procurement/proposals/", procurement_record.proposals, name="exit_proposals"),
    path("procurement/days/", procurement_record.days, name="schedule_days"),
    path("procurement/what-if/", procurement_record.award_what_if, name="award_what_if"),
    path("procurement/open-data/", procurement_record.open_data, name="procurement_open_data"),
    path("procurement/versions/", procurement_record.versions, name="procurement_versions"),
    path("procurement/versions/<int:version_number>.toml", procurement_record.version, name="procurement_version"),
    path("procurement/comments/<int:number>/", procurement.comment, name="firm_comment"),
]
