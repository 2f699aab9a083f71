"""The ASGI composition root: pages and the API over HTTP, rooms over WebSockets."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
http = get_asgi_application()

from backend.checks import refuse_unsafe  # noqa: E402  needs the settings to be loaded
from realtime.routing import websocket_urlpatterns  # noqa: E402  needs the apps to be loaded

refuse_unsafe()
application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns)})
