//! The command line of frame-inspector.

fn main() {}
