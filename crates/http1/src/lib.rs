//! HTTP/1.1 heads, bodies, media types and event streams, without I/O.
