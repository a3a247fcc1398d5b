//! The two ends of a connection.

use std::fmt;

/// One of the two ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Who opened the connection and asks.
    Client,
    /// Who listened and answers.
    Server,
}

impl Side {
    /// Both, the client first.
    pub const BOTH: [Side; 2] = [Side::Client, Side::Server];

    /// The other end.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }

    /// `client` or `server`, as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One thing for each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides<T> {
    /// The client's.
    pub client: T,
    /// The server's.
    pub server: T,
}

impl<T> Sides<T> {
    /// One thing for each side, made by `make`.
    pub fn each(mut make: impl FnMut(Side) -> T) -> Self {
        Sides { client: make(Side::Client), server: make(Side::Server) }
    }

    /// What is `side`'s.
    #[inline]
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    /// What is `side`'s, to change it.
    #[inline]
    pub fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// What is `side`'s, and what is the other's.
    #[inline]
    pub fn own_and_other(&mut self, side: Side) -> (&mut T, &mut T) {
        match side {
            Side::Client => (&mut self.client, &mut self.server),
            Side::Server => (&mut self.server, &mut self.client),
        }
    }

    /// Both, the client's first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.client, &self.server].into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_has_its_own() {
        let mut sides = Sides::each(Side::name);
        assert_eq!(sides.of(Side::Server), &"server");
        let (own, other) = sides.own_and_other(Side::Server);
        std::mem::swap(own, other);
        assert_eq!(sides, Sides { client: "server", server: "client" });
        assert_eq!(Side::Client.other(), Side::Server);
    }
}
