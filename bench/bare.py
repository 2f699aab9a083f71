"""The application with a bare consumer beside it: what an echo costs in the same process, under the same load."""

import os
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path

from backend import asgi


class Echo(AsyncWebsocketConsumer):  # type: ignore[misc]  Channels has no types
    """Says back what it hears, and nothing else."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(text_data=text_data, bytes_data=bytes_data)


_echo = URLRouter([path("ws/bare/", Echo.as_asgi())])


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    bare = scope["type"] == "websocket" and scope["path"] == "/ws/bare/" and os.environ.get("DEMO")
    await (_echo if bare else asgi.application)(scope, receive, send)
