"""Addresses of the pages of marketplace."""

from django.urls import URLPattern

app_name = "marketplace"
urlpatterns: list[URLPattern] = []
