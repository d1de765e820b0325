"""Addresses of signing in and out: of allauth only the pages that an account here needs.

Left out on purpose: changing one's e-mail address and resetting a password by e-mail. An administrator does
both, because accounts belong to the organisation and not every installation sends e-mail.
"""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.recovery_codes.views import view_recovery_codes
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from vangnet.identity import factors, pages, proof, system_pages

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("login/passkey/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("login/bevestigen/", factors.authenticate, name="mfa_authenticate"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("bevestigen/", proof.Prove.as_view(), name="account_prove"),
    path("beveiliging/", pages.security, name="mfa_index"),
    path("beveiliging/app/", factors.AddTotp.as_view(), name="mfa_activate_totp"),
    path("beveiliging/app/verwijderen/", factors.RemoveTotp.as_view(), name="mfa_deactivate_totp"),
    path("beveiliging/passkey/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "beveiliging/passkey/<int:pk>/verwijderen/",
        factors.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("beveiliging/herstelcodes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path("beveiliging/herstelcodes/nieuw/", factors.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("sessies/", pages.sessions, name="account_sessions"),
    path("sessies/beeindigen/", pages.end_session, name="account_end_session"),
    path("systemen/", system_pages.systems_of_mine, name="account_systems"),
    path("organisatie/", pages.organisation, name="account_organisation"),
]
