"""Endpoints of rooms under /api/v1/rooms/."""

from django.urls import URLPattern

from realtime.api import rooms, sessions

urlpatterns: list[URLPattern] = [*sessions.urlpatterns, *rooms.urlpatterns]
