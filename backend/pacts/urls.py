"""Addresses of the pages of pacts."""

from django.urls import URLPattern

app_name = "pacts"
urlpatterns: list[URLPattern] = []
