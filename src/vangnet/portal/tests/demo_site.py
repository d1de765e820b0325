"""The addresses as they are in demo mode."""

from django.urls import include, path

from vangnet.config.urls import urlpatterns as always

urlpatterns = [*always, path("demo/", include("vangnet.portal.demo_urls"))]
