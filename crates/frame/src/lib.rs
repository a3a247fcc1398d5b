//! WebSocket frames, masking, messages, close and permessage-deflate, without I/O.
