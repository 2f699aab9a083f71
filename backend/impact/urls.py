"""Addresses of the pages of impact."""

from django.urls import URLPattern

app_name = "impact"
urlpatterns: list[URLPattern] = []
