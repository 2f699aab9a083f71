"""Endpoints of rooms under /api/v1/rooms/."""

from django.urls import URLPattern

from realtime.api import history, rooms, sessions

urlpatterns: list[URLPattern] = [*history.urlpatterns, *sessions.urlpatterns, *rooms.urlpatterns]
