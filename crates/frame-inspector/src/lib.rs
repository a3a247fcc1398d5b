//! Explains captured HTTP and WebSocket traffic in the terminal and as JSON.
