"""Every address."""

from django.urls import include, path

from madoguchi.api import hooks, signals
from madoguchi.api.urls import api
from madoguchi.console.views.shifts import shift_feed
from madoguchi.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="language"),
    path("health/", views.health, name="health"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("keys/", views.keys, name="keys"),
    path("own/", include("madoguchi.profile.urls")),
    path("s/", include("madoguchi.portal.survey_urls")),
    path("accounts/", include("madoguchi.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("feeds/shifts/<str:secret>.ics", shift_feed, name="shift_feed"),
    path("api/v1/", api.urls),
    path("hooks/<slug:key>/", hooks.take, name="hook"),
    path("monitoring/<slug:key>/", signals.take, name="signal"),
    path("answer/", include("madoguchi.portal.link_urls")),
    path("c/<slug:contract_key>/", include("madoguchi.console.urls")),
    path("c/<slug:contract_key>/portal/", include("madoguchi.portal.urls")),
]
handler403 = "madoguchi.web.views.forbidden"
handler404 = "madoguchi.web.views.not_found"
