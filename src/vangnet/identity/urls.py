"""Addresses of signing in and out: of allauth only the pages that an account here needs.

Left out on purpose: changing one's e-mail address and resetting a password by e-mail. An administrator does
both, because accounts belong to the organisation and not every installation sends e-mail.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
]
