"""Addresses of kept documents and of the procurement."""

from django.urls import path

from madoguchi.console.views import documents, procurement

urlpatterns = [
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:document_id>/", documents.document, name="document"),
    path("documents/<int:document_id>/draft.<str:kind>", documents.draft, name="document_draft"),
    path("documents/<int:document_id>/<int:number>.pdf", documents.approved, name="document_pdf"),
    path("procurement/", procurement.overview, name="procurement"),
    path("procurement/comments/<int:number>/", procurement.comment, name="firm_comment"),
]
