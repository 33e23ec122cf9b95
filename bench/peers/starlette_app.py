"""Plain Starlette on plain uvicorn, as its documentation shows a chat: one `send_text` for each reader."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

readers: set[WebSocket] = set()


async def read(socket: WebSocket) -> None:
    await socket.accept()
    readers.add(socket)
    try:
        await socket.send_text("ready")
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        readers.discard(socket)


async def publish(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("ready")
    try:
        while True:
            text = await socket.receive_text()
            for reader in list(readers):
                await reader.send_text(text)
    except WebSocketDisconnect:
        return


app = Starlette(routes=[WebSocketRoute("/read", read), WebSocketRoute("/publish", publish)])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
