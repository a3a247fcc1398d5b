//! Where to listen and where to connect: HOST:PORT, or only one of them.
//!
//! A host is a machine, by its name or its IP address; a port is a number that
//! tells its programs apart. `127.0.0.1`, also called `localhost`, is the
//! machine itself: whoever listens there cannot be reached from any other.

use std::{
    fmt,
    io::{self, ErrorKind},
    net::Ipv6Addr,
    str::FromStr,
};

/// The host and the port of one end of a connection.
///
/// ```
/// use echo::Address;
///
/// let address: Address = "localhost:8080".parse()?;
/// assert_eq!(address.pair(), ("localhost", 8080));
/// let address: Address = "8080".parse()?;
/// assert_eq!(address.to_string(), "127.0.0.1:8080");
/// let address: Address = "::1".parse()?;
/// assert_eq!(address.to_string(), "[::1]:7007");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Both parts, as `bind` and `connect` take them, of the standard library and of tokio.
    pub fn pair(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// Why nobody can listen here, and what helps, in one sentence.
    pub fn cannot_listen(&self, error: &io::Error) -> String {
        let help = match error.kind() {
            ErrorKind::AddrInUse => {
                "; is another echo running? name another port, or 0 for a free one"
            }
            ErrorKind::AddrNotAvailable => "; 127.0.0.1 is this machine, 0.0.0.0 all its networks",
            ErrorKind::PermissionDenied => "; ports below 1024 are for administrators",
            _ => "",
        };
        format!("cannot listen on {self}: {error}{help}")
    }

    /// Why nobody can connect to this address, and what helps, in one sentence.
    pub fn cannot_connect(&self, error: &io::Error) -> String {
        let help = match error.kind() {
            ErrorKind::ConnectionRefused => {
                "; nobody listens there: is echo-threads or echo-tokio running?"
            }
            ErrorKind::TimedOut => "; something on the way drops what we send",
            _ => "",
        };
        format!("cannot connect to {self}: {error}{help}")
    }
}

/// The friendly default: this machine only, and a port that needs no administrator.
impl Default for Address {
    fn default() -> Self {
        Address { host: DEFAULT_HOST.to_owned(), port: DEFAULT_PORT }
    }
}

const DEFAULT_HOST: &str = "127.0.0.1";
/// Echo's own port is 7 (RFC 862), but ports below 1024 are for administrators.
const DEFAULT_PORT: u16 = 7007;

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = split(text).ok_or("a host is a name, 127.0.0.1 or [::1]")?;
        let port = match port {
            Some(port) => port.parse().map_err(|_| "a port is a number from 0 to 65535")?,
            None => DEFAULT_PORT,
        };
        Ok(Address { host: host.to_owned(), port })
    }
}

/// The host of an address, and its port if it has one.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return (!text.is_empty()).then_some((DEFAULT_HOST, Some(text)));
    }
    // The colons inside an IPv6 address would be taken for the one before the port, hence [::1]:7007.
    if text.parse::<Ipv6Addr>().is_ok() {
        return Some((text, None));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_');
    (!host.is_empty() && host.chars().all(is_name)).then_some((host, port))
}

/// As it is written again: with brackets around an IPv6 address.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Result<(&str, u16), &str>) {
        let address = text.parse::<Address>();
        assert_eq!(address.as_ref().map(Address::pair).map_err(String::as_str), want, "{text}");
        if let Ok(address) = address {
            assert_eq!(address.to_string().parse(), Ok(address), "{text}, written and read again");
        }
    }

    #[test]
    fn takes_a_host_a_port_or_both() {
        check("localhost:80", Ok(("localhost", 80)));
        check("localhost", Ok(("localhost", 7007)));
        check("8080", Ok(("127.0.0.1", 8080)));
        check("0", Ok(("127.0.0.1", 0)));
        check("0.0.0.0", Ok(("0.0.0.0", 7007)));
        check("::1", Ok(("::1", 7007)));
        check("[::1]", Ok(("::1", 7007)));
        check("[::1]:65535", Ok(("::1", 65_535)));
    }

    #[test]
    fn says_what_a_port_and_a_host_are() {
        const PORT: &str = "a port is a number from 0 to 65535";
        const HOST: &str = "a host is a name, 127.0.0.1 or [::1]";
        check("65536", Err(PORT));
        check("localhost:http", Err(PORT));
        check("localhost:", Err(PORT));
        check("[::1]:", Err(PORT));
        check("", Err(HOST));
        check(":7007", Err(HOST));
        check("[localhost]:7007", Err(HOST));
        check("[::1]7007", Err(HOST));
        check("http://localhost:7007/", Err(HOST));
        check("::1:70:gg", Err(HOST));
    }
}
