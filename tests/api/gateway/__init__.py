"""The gateway as clients see it: real servers, real sockets, both implementations of WebSocket, one node and two."""
