"""The page about the look itself; mounted at /stijlgids/."""

from django.urls import path

from vangnet.ui import views

app_name = "ui"
urlpatterns = [path("", views.style_guide, name="style_guide")]
