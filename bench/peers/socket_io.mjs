// Socket.IO over WebSocket, one `emit` to the room of the readers.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], pingInterval: 300_000, serveClient: false });

io.on("connection", (socket) => {
  if (socket.handshake.query.role === "publish") {
    socket.on("m", (text) => io.to("readers").emit("m", text));
  } else {
    socket.join("readers");
  }
});
http.listen(Number(process.argv[2]), "127.0.0.1");
