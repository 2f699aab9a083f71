"""Addresses of the pages of conversations."""

from django.urls import URLPattern, path

from backend.conversations import views

app_name = "conversations"
urlpatterns: list[URLPattern] = [
    path("<slug:city>/posts/<uuid:pk>/report/", views.flag, name="flag"),
    path("<slug:city>/decisions/<uuid:pk>/", views.act, name="act"),
    path("<slug:city>/moderation/log/", views.log, name="log"),
]
