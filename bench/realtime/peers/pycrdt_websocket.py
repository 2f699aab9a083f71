"""pycrdt-websocket on uvicorn as it comes, without storing: python pycrdt_websocket.py PORT."""

import asyncio
import sys

import uvicorn
from pycrdt.websocket import ASGIServer, WebsocketServer


async def main() -> None:
    rooms = WebsocketServer(auto_clean_rooms=False)
    config = uvicorn.Config(
        ASGIServer(rooms), port=int(sys.argv[1]), host="127.0.0.1", log_level="warning", ws_per_message_deflate=False
    )
    async with rooms:
        await uvicorn.Server(config).serve()


asyncio.run(main())
