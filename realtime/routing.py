"""Addresses of the sockets."""

from django.urls import path, re_path

from realtime.consumers import RoomConsumer

room = RoomConsumer()

websocket_urlpatterns = [
    path("ws/rooms/<uuid:room>/", room),
    path("ws/rooms/<uuid:room>", room),
    re_path(r"", room),  # anything else is answered with "no such room", not with an error of the server
]
