"""The application with two bare consumers and a bare view beside it: what an echo and a page cost in the same process,
under the same load."""

import os
from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import URLRouter
from django.db import transaction
from django.http import HttpResponse
from django.urls import path

from backend import asgi


class Echo(AsyncJsonWebsocketConsumer):
    """Says back what it hears, and nothing else: the consumer that every introduction begins with."""

    async def receive_json(self, content: Any, **more: Any) -> None:
        await self.send_json(content)


class Kept(Echo):
    """Stores one row durably before it says anything back, as every command does; checks nothing, tells nobody."""

    async def receive_json(self, content: Any, **more: Any) -> None:
        await database_sync_to_async(self.store)()
        await super().receive_json(content)

    def store(self) -> None:
        from django.utils import timezone

        from backend.base.limits import Counter  # the apps are loaded by now

        with transaction.atomic():
            Counter.objects.update_or_create(key="bench", defaults={"count": 1, "ends_at": timezone.now()})


class Page:
    """A view that says one word, behind no middleware, run in a thread as Django runs every view."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = await sync_to_async(lambda: HttpResponse("Here."), thread_sensitive=True)()
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(answer.content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})


_page = Page()
_bare = URLRouter([path("ws/bare/", Echo.as_asgi()), path("ws/kept/", Kept.as_asgi())])


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    bare = scope["type"] == "websocket" and scope["path"] in ("/ws/bare/", "/ws/kept/") and os.environ.get("DEMO")
    page = scope["type"] == "http" and scope["path"] == "/bare/" and os.environ.get("DEMO")
    await (_bare if bare else _page if page else asgi.application)(scope, receive, send)
