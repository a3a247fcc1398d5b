//! Negotiation of permessage-deflate: who may keep which window for how long.
//!
//! RFC 7692 7.1. Both directions are compressed apart from each other, so each
//! parameter exists twice, with the name of the side that *compresses* in front.
//!
//! ```text
//!                                in an offer                  in a response
//! server_no_context_takeover     forget after each message,   I will
//!                                please
//! client_no_context_takeover     I may (a hint)               you must
//! server_max_window_bits=N       at most 2^N bytes, please    2^M bytes, M <= N
//! client_max_window_bits         I could use less             -
//! client_max_window_bits=N       I use at most 2^N (a hint)   at most 2^M, M <= N
//! ```
//!
//! A client sends several offers, the one it likes best first; a server accepts
//! one of them or none. An offer that breaks a rule is declined by itself and
//! does not fail the handshake.
//!
//! ```
//! use handshake::deflate::{Offer, Policy};
//!
//! let chromium = Offer::default();
//! assert_eq!(chromium.to_string(), "permessage-deflate; client_max_window_bits");
//!
//! let frugal = Policy { client_max_window_bits: 10, ..Policy::default() };
//! let agreed = frugal.accept(&chromium).expect("the client can use a smaller window");
//! assert_eq!(agreed.to_string(), "permessage-deflate; client_max_window_bits=10");
//! assert_eq!(agreed.window_bits(wire::Side::Client), 10);
//! assert_eq!(agreed.window_bits(wire::Side::Server), 15);
//! ```
//!
//! Book: chapter 10.

use crate::{
    extensions::{Extension, Parameter},
    opening::quote,
};
use std::{fmt, ops::RangeInclusive};
use wire::Side;

/// The registered name of the extension.
pub const NAME: &str = "permessage-deflate";

/// The windows that exist, as powers of two: 256 bytes to 32 KiB.
pub const WINDOW_BITS: RangeInclusive<u8> = 8..=15;

/// The windows that zlib can compress with: for a raw stream, 8 is too small.
pub const COMPRESSOR_BITS: RangeInclusive<u8> = 9..=15;

/// The parameters in force, as a server's response sets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermessageDeflate {
    /// The server forgets its window after each message.
    pub server_no_context_takeover: bool,
    /// The client forgets its window after each message.
    pub client_no_context_takeover: bool,
    /// The server's window, where the response limits it.
    pub server_max_window_bits: Option<u8>,
    /// The client's window, where the response limits it.
    pub client_max_window_bits: Option<u8>,
}

impl PermessageDeflate {
    /// How large a window `side` compresses with, as a power of two.
    pub fn window_bits(&self, side: Side) -> u8 {
        let limit = match side {
            Side::Client => self.client_max_window_bits,
            Side::Server => self.server_max_window_bits,
        };
        limit.unwrap_or(*WINDOW_BITS.end())
    }

    /// Whether `side` keeps its window from one message to the next.
    pub fn takeover(&self, side: Side) -> bool {
        match side {
            Side::Client => !self.client_no_context_takeover,
            Side::Server => !self.server_no_context_takeover,
        }
    }

    /// Reads an accepted extension as far as it can be understood; what is wrong
    /// with it comes beside it, a sentence each.
    pub fn read(extension: &Extension) -> (Self, Vec<String>) {
        let (written, problems) = read(extension, Side::Server);
        let agreed = PermessageDeflate {
            server_no_context_takeover: written.server_no_context_takeover,
            client_no_context_takeover: written.client_no_context_takeover,
            server_max_window_bits: written.server_max_window_bits,
            client_max_window_bits: match written.client_max_window_bits {
                ClientWindow::UpTo(bits) => Some(bits),
                ClientWindow::Fixed | ClientWindow::Limitable => None,
            },
        };
        (agreed, problems)
    }
}

impl fmt::Display for PermessageDeflate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let client_max_window_bits =
            self.client_max_window_bits.map_or(ClientWindow::Fixed, ClientWindow::UpTo);
        let PermessageDeflate {
            server_no_context_takeover,
            client_no_context_takeover,
            server_max_window_bits,
            ..
        } = *self;
        let written = Offer {
            server_no_context_takeover,
            client_no_context_takeover,
            server_max_window_bits,
            client_max_window_bits,
        };
        write!(f, "{written}")
    }
}

/// What a client asks for: one element of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The server shall forget its window after each message.
    pub server_no_context_takeover: bool,
    /// A hint: the client will forget its window after each message.
    pub client_no_context_takeover: bool,
    /// The server's window shall not be larger.
    pub server_max_window_bits: Option<u8>,
    /// What the server may say about the client's window.
    pub client_max_window_bits: ClientWindow,
}

/// What an [`Offer`] says about the window of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientWindow {
    /// Parameter absent: the server must live with 32 KiB.
    Fixed,
    /// Parameter without a value: the server may choose a smaller one.
    #[default]
    Limitable,
    /// Parameter with a value: a hint that the client will not use more.
    UpTo(u8),
}

impl Offer {
    /// Reads an offered extension as far as it can be understood; what is wrong
    /// with it comes beside it, a sentence each. A server declines such an offer.
    pub fn read(extension: &Extension) -> (Self, Vec<String>) {
        read(extension, Side::Client)
    }

    /// Whether a server that read this offer may answer `agreed`.
    ///
    /// # Errors
    /// What does not fit, in a sentence.
    pub fn admits(&self, agreed: &PermessageDeflate) -> Result<(), String> {
        if self.server_no_context_takeover && !agreed.server_no_context_takeover {
            return Err(format!("{SERVER_NO_CONTEXT_TAKEOVER} was asked for and is missing"));
        }
        match (self.server_max_window_bits, agreed.server_max_window_bits) {
            (Some(asked), None) => {
                return Err(format!("{SERVER_MAX_WINDOW_BITS}={asked} was asked for, none came"));
            }
            (Some(asked), Some(came)) if came > asked => {
                return Err(format!("{SERVER_MAX_WINDOW_BITS}={asked} was asked for, {came} came"));
            }
            _ => {}
        }
        match (self.client_max_window_bits, agreed.client_max_window_bits) {
            (ClientWindow::Fixed, Some(_)) => {
                Err(format!("{CLIENT_MAX_WINDOW_BITS} was not offered"))
            }
            (ClientWindow::UpTo(offered), Some(came)) if came > offered => {
                Err(format!("{CLIENT_MAX_WINDOW_BITS}={offered} was offered, {came} came"))
            }
            _ => Ok(()),
        }
    }
}

impl Default for Offer {
    /// What browsers offer: every window is fine, and ours can be limited.
    fn default() -> Self {
        Offer {
            server_no_context_takeover: false,
            client_no_context_takeover: false,
            server_max_window_bits: None,
            client_max_window_bits: ClientWindow::Limitable,
        }
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NAME}")?;
        if self.server_no_context_takeover {
            write!(f, "; {SERVER_NO_CONTEXT_TAKEOVER}")?;
        }
        if self.client_no_context_takeover {
            write!(f, "; {CLIENT_NO_CONTEXT_TAKEOVER}")?;
        }
        if let Some(bits) = self.server_max_window_bits {
            write!(f, "; {SERVER_MAX_WINDOW_BITS}={bits}")?;
        }
        match self.client_max_window_bits {
            ClientWindow::Fixed => Ok(()),
            ClientWindow::Limitable => write!(f, "; {CLIENT_MAX_WINDOW_BITS}"),
            ClientWindow::UpTo(bits) => write!(f, "; {CLIENT_MAX_WINDOW_BITS}={bits}"),
        }
    }
}

/// What a server wants to spend.
///
/// Compressing with a window of 2^15 bytes keeps about 256 KiB for each
/// connection, inflating 32 KiB; each bit less halves that. Without takeover the
/// memory is needed only while a message passes, but small messages compress badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Forget our window after each message, even if the client did not ask.
    pub server_no_context_takeover: bool,
    /// Make the client forget its window after each message.
    pub client_no_context_takeover: bool,
    /// The largest window to compress with; held to [`COMPRESSOR_BITS`].
    pub server_max_window_bits: u8,
    /// The largest window to inflate with; held to [`COMPRESSOR_BITS`], since the
    /// client must be able to compress. Below 15, clients that cannot limit
    /// their window are declined.
    pub client_max_window_bits: u8,
}

impl Policy {
    /// The answer to an offer, or nothing where the offer must be declined.
    pub fn accept(&self, offer: &Offer) -> Option<PermessageDeflate> {
        let server_limit = held(self.server_max_window_bits);
        let client_limit = held(self.client_max_window_bits);
        let unlimited = *WINDOW_BITS.end();

        let server_max_window_bits = match offer.server_max_window_bits {
            Some(asked) if asked < *COMPRESSOR_BITS.start() => return None,
            Some(asked) => Some(asked.min(server_limit)),
            None => (server_limit < unlimited).then_some(server_limit),
        };
        let client_max_window_bits = match offer.client_max_window_bits {
            ClientWindow::Fixed if client_limit < unlimited => return None,
            ClientWindow::Fixed => None,
            ClientWindow::Limitable => (client_limit < unlimited).then_some(client_limit),
            ClientWindow::UpTo(hint) => Some(hint.min(client_limit)),
        };
        Some(PermessageDeflate {
            server_no_context_takeover: self.server_no_context_takeover
                || offer.server_no_context_takeover,
            client_no_context_takeover: self.client_no_context_takeover
                || offer.client_no_context_takeover,
            server_max_window_bits,
            client_max_window_bits,
        })
    }

    /// The answer to the first offer in the list that can be accepted.
    pub fn choose(&self, offered: &[Extension]) -> Option<PermessageDeflate> {
        let ours = offered.iter().filter(|extension| extension.name == NAME);
        ours.map(Offer::read)
            .filter(|(_, problems)| problems.is_empty())
            .find_map(|(offer, _)| self.accept(&offer))
    }
}

impl Default for Policy {
    /// The best compression: full windows, kept from message to message.
    fn default() -> Self {
        Policy {
            server_no_context_takeover: false,
            client_no_context_takeover: false,
            server_max_window_bits: *COMPRESSOR_BITS.end(),
            client_max_window_bits: *COMPRESSOR_BITS.end(),
        }
    }
}

fn held(bits: u8) -> u8 {
    bits.clamp(*COMPRESSOR_BITS.start(), *COMPRESSOR_BITS.end())
}

const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
const CLIENT_NO_CONTEXT_TAKEOVER: &str = "client_no_context_takeover";
const SERVER_MAX_WINDOW_BITS: &str = "server_max_window_bits";
const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";

/// How much is said about one list of parameters.
const MAX_PROBLEMS: usize = 4;

/// Reads the parameters that `writer` wrote: the grammars of offer and response
/// differ in one place, a `client_max_window_bits` without a value.
fn read(extension: &Extension, writer: Side) -> (Offer, Vec<String>) {
    let shown = |parameter: &Parameter| quote(&parameter.to_string());
    let mut written = Offer { client_max_window_bits: ClientWindow::Fixed, ..Offer::default() };
    let mut problems = Vec::new();
    for (index, parameter) in extension.parameters.iter().enumerate() {
        // Enough to be declined. Every parameter that is right comes once, so this
        // also keeps the search for repeated ones short.
        if problems.len() == MAX_PROBLEMS {
            break;
        }
        let name = parameter.name.as_str();
        let value = parameter.value.as_deref();
        if extension.parameters[..index].iter().any(|earlier| earlier.name == name) {
            problems.push(format!("{} stands there twice", quote(name)));
            continue;
        }
        match (name, value, value.and_then(window_bits)) {
            (SERVER_NO_CONTEXT_TAKEOVER, None, _) => written.server_no_context_takeover = true,
            (CLIENT_NO_CONTEXT_TAKEOVER, None, _) => written.client_no_context_takeover = true,
            (SERVER_MAX_WINDOW_BITS, _, Some(bits)) => written.server_max_window_bits = Some(bits),
            (CLIENT_MAX_WINDOW_BITS, _, Some(bits)) => {
                written.client_max_window_bits = ClientWindow::UpTo(bits);
            }
            (CLIENT_MAX_WINDOW_BITS, None, _) if writer == Side::Client => {
                written.client_max_window_bits = ClientWindow::Limitable;
            }
            (SERVER_NO_CONTEXT_TAKEOVER | CLIENT_NO_CONTEXT_TAKEOVER, ..) => {
                problems.push(format!("{} has a value, and it takes none", shown(parameter)));
            }
            (SERVER_MAX_WINDOW_BITS | CLIENT_MAX_WINDOW_BITS, None, _) => {
                problems.push(format!("{name} has no value, and it needs one from 8 to 15"));
            }
            (SERVER_MAX_WINDOW_BITS | CLIENT_MAX_WINDOW_BITS, ..) => {
                problems.push(format!("{} is no number from 8 to 15", shown(parameter)));
            }
            _ => problems.push(format!("{} is no parameter of {NAME}", shown(parameter))),
        }
    }
    (written, problems)
}

/// RFC 7692 7.1.2: "a decimal integer value without leading zeroes between 8 to 15".
fn window_bits(value: &str) -> Option<u8> {
    WINDOW_BITS.into_iter().find(|bits| bits.to_string() == value)
}
