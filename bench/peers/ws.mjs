// Node `ws`, as its README shows a broadcast.
import { WebSocket, WebSocketServer } from "ws";

const readers = new Set();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });

server.on("connection", (socket, request) => {
  if (request.url === "/publish") {
    socket.on("message", (data) => {
      for (const reader of readers) {
        if (reader.readyState === WebSocket.OPEN) reader.send(data, { binary: false });
      }
    });
  } else {
    readers.add(socket);
    socket.on("close", () => readers.delete(socket));
  }
  socket.on("error", () => readers.delete(socket));
  socket.send("ready");
});
