//! The opening handshake of WebSocket: accept key, checks, negotiation; and the calculator.
