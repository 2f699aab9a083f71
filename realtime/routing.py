"""Addresses of the sockets."""

from typing import Any

from django.urls import path, re_path

from realtime.consumers import RoomConsumer

# The stubs know views only; what stands here is an ASGI application.
room: Any = RoomConsumer()

websocket_urlpatterns = [
    path("ws/rooms/<uuid:room>/", room),
    path("ws/rooms/<uuid:room>", room),
    re_path(r"", room),  # anything else is answered with "no such room", not with an error of the server
]
