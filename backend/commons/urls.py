"""Addresses of the pages of commons."""

from django.urls import URLPattern

app_name = "commons"
urlpatterns: list[URLPattern] = []
