"""Addresses of one's own account."""

from django.urls import path

from madoguchi.profile import views

urlpatterns = [
    path("", views.account, name="own_account"),
    path("name/", views.change_name, name="own_name"),
    path("tokens/", views.tokens, name="own_tokens"),
    path("tokens/<int:token_id>/", views.revoke, name="own_token"),
    path("filters/<int:filter_id>/", views.forget_filter, name="own_filter"),
]
