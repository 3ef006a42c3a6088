"""Addresses of staffing."""

from django.urls import path

from madoguchi.console.views import shifts, staffing, staffing_month, staffing_today, what_if

urlpatterns = [
    path("", staffing.overview, name="staffing"),
    path("plans/<int:plan_number>/", staffing.plan, name="staffing_plan"),
    path("plans/<int:plan_number>/state/", staffing.plan_state, name="staffing_state"),
    path("plans/<int:plan_number>/publish/", staffing.publish, name="staffing_publish"),
    path("plans/<int:plan_number>/export.<str:file_kind>", staffing.export, name="staffing_export"),
    path("months/<str:month>/", staffing_month.month_staffing, name="month_staffing"),
    path("people/", staffing.people, name="roster_people"),
    path("announced/", staffing.announced, name="announced_events"),
    path("what-if/", what_if.what_if, name="what_if"),
    path("today/", staffing_today.today, name="staffing_today"),
    path("attendance/", staffing_today.attendance, name="attendance"),
    path("shifts/", shifts.own, name="own_shifts"),
]
