"""Endpoints of rooms under /api/v1/rooms/."""

from django.urls import URLPattern

from realtime.api import decisions, history, rooms, sessions

urlpatterns: list[URLPattern] = [
    *decisions.urlpatterns,
    *history.urlpatterns,
    *sessions.urlpatterns,
    *rooms.urlpatterns,
]
