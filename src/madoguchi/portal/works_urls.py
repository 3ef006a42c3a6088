"""Addresses of applications and approvals in the portal."""

from django.urls import path

from madoguchi.portal import applying, approving

urlpatterns = [
    path("catalogue/", applying.catalogue, name="catalogue"),
    path("apply/<slug:form_key>/", applying.apply_page, name="apply"),
    path("approvals/", approving.approvals, name="approvals"),
    path("approvals/<int:approval_id>/", approving.approval, name="approval"),
    path("approvals/<int:approval_id>/pass/", approving.pass_on_page, name="pass_on"),
    path("absences/", approving.absences, name="absences"),
]
