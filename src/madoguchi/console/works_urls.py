"""Addresses of the works at a contract's desk."""

from django.urls import path

from madoguchi.console.views import (
    applications,
    decisions,
    duties,
    forms_of_contract,
    improvements,
    meetings,
    personnel,
    running,
)

urlpatterns = [
    path("applications/", applications.applications, name="applications"),
    path("applications/new/<slug:form_key>/", applications.new, name="new_application"),
    path("tickets/<int:number>/application/", applications.show, name="application"),
    path("tickets/<int:number>/application/<int:task_number>/", applications.finish, name="finish_task"),
    path("forms/", forms_of_contract.forms, name="forms"),
    path("forms/<slug:form_key>/", forms_of_contract.edit, name="edit_form"),
    path("approvers/", forms_of_contract.approvers, name="approvers"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/new/", decisions.new, name="new_decision"),
    path("decisions/<int:request_id>/", decisions.show, name="decision"),
    path("criteria/", decisions.criteria, name="criteria"),
    path("improvements/", improvements.improvements, name="improvements"),
    path("improvements/new/", improvements.new, name="new_improvement"),
    path("improvements/<int:improvement_id>/", improvements.show, name="improvement"),
    path("problems/new/", improvements.new_problem, name="new_problem"),
    path("problems/<int:problem_id>/", improvements.problem, name="problem"),
    path("personnel/", personnel.batches, name="personnel"),
    path("personnel/<int:batch_id>/", personnel.batch_page, name="personnel_batch"),
    path("personnel/<int:batch_id>/result.csv", personnel.result, name="personnel_result"),
    path("running/", running.day, name="running"),
    path("running/duties/", duties.batches, name="duties"),
    path("running/duties/<int:batch_id>/", duties.batch_page, name="duty_batch"),
    path("running/duties/<int:batch_id>/refused.csv", duties.refused, name="duties_refused"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<int:meeting_id>/", meetings.meeting_page, name="meeting"),
    path("pdca/", improvements.sheet, name="sheet"),
]
