"""Addresses that stand before the library's own of the same name."""

from django.urls import path

from madoguchi.people import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.ministry_sign_in, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.ministry_callback, name="openid_connect_callback"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("password/set/", views.SetPassword.as_view(), name="account_set_password"),
    path("2fa/authenticate/", views.AskSecondFactor.as_view(), name="mfa_authenticate"),
    path("2fa/reauthenticate/", views.AskSecondFactorAgain.as_view(), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views.EnableTotp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.DisableTotp.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/generate/", views.MakeRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
