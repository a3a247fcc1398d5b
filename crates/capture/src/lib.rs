//! Captured packets to TCP byte streams that remember which packet each byte came from.
