//! The rule book of the opening handshake.
//!
//! First what a client promises with its request, then what a server promises
//! with its response. A server answers a broken request with an HTTP status; a
//! client that reads a broken response ends the connection without a word,
//! since no WebSocket was opened on which a close frame could travel.
//!
//! Who looks: [`check_request`](crate::check_request) and
//! [`check_response`](crate::check_response) report all but two of these rules.
//! [`DATA_BEFORE_101`] needs to know what came first, so whoever follows the
//! connection reports it; [`ORIGIN_NOT_ALLOWED`] is the policy of one server,
//! and only [`server::accept`](crate::server::accept) reports it.
//!
//! Book: appendix B.

wire::rules! {
    METHOD: "handshake/method", "RFC 6455 4.1", Violation, Status(405),
        "the method of the opening handshake is GET";
    HTTP_VERSION: "handshake/http-version", "RFC 6455 4.1", Violation, Status(400),
        "the opening handshake is HTTP/1.1 or higher";
    HOST_MISSING: "handshake/host-missing", "RFC 6455 4.1", Violation, Status(400),
        "the request names its host in Host";
    UPGRADE_MISSING: "handshake/upgrade-missing", "RFC 6455 4.1", Violation, Status(426),
        "the request's Upgrade contains websocket";
    CONNECTION_MISSING: "handshake/connection-missing", "RFC 6455 4.1", Violation, Status(400),
        "the request's Connection contains the token Upgrade";
    KEY_MISSING: "handshake/key-missing", "RFC 6455 4.1", Violation, Status(400),
        "the request has a Sec-WebSocket-Key";
    KEY_REPEATED: "handshake/key-repeated", "RFC 6455 11.3.1", Violation, Status(400),
        "the request has only one Sec-WebSocket-Key";
    KEY_NOT_BASE64: "handshake/key-not-base64", "RFC 6455 4.1", Violation, Status(400),
        "Sec-WebSocket-Key is base64";
    KEY_LENGTH: "handshake/key-length", "RFC 6455 4.2.1", Violation, Status(400),
        "Sec-WebSocket-Key is 16 bytes when decoded";
    VERSION_MISSING: "handshake/version-missing", "RFC 6455 4.1", Violation, Status(400),
        "the request has a Sec-WebSocket-Version";
    VERSION_REPEATED: "handshake/version-repeated", "RFC 6455 11.3.5", Violation, Status(400),
        "the request has only one Sec-WebSocket-Version";
    VERSION_UNSUPPORTED: "handshake/version-unsupported", "RFC 6455 4.1", Violation, Status(426),
        "Sec-WebSocket-Version is 13";
    SUBPROTOCOL_SYNTAX: "handshake/subprotocol-syntax", "RFC 6455 4.1", Violation, Status(400),
        "Sec-WebSocket-Protocol is a list of tokens";
    SUBPROTOCOL_REPEATED: "handshake/subprotocol-repeated", "RFC 6455 4.1", Violation, Status(400),
        "a client names each subprotocol once";
    EXTENSION_SYNTAX: "handshake/extension-syntax", "RFC 6455 9.1", Violation, Status(400),
        "a client offers extensions as name; parameter=value, each part a token";
    EXTENSION_OFFER: "handshake/extension-offer", "RFC 7692 7.1", Suspicion, Nothing,
        "a client offers permessage-deflate with parameters it knows, each once and in range";
    ORIGIN_NOT_ALLOWED: "handshake/origin-not-allowed", "RFC 6455 4.2.2", Suspicion, Status(403),
        "a page connects only to servers that welcome its origin";
    DATA_BEFORE_101: "handshake/data-before-101", "RFC 6455 4.1", Violation, Status(400),
        "a client waits for the server's response before it sends more";

    STATUS_NOT_101: "handshake/status-not-101", "RFC 6455 4.1", Suspicion, Disconnect,
        "a server that speaks WebSocket answers the opening handshake with 101";
    RESPONSE_UPGRADE: "handshake/response-upgrade", "RFC 6455 4.1", Violation, Disconnect,
        "the Upgrade of a 101 is websocket";
    RESPONSE_CONNECTION: "handshake/response-connection", "RFC 6455 4.1", Violation, Disconnect,
        "the Connection of a 101 contains the token Upgrade";
    ACCEPT_MISSING: "handshake/accept-missing", "RFC 6455 4.1", Violation, Disconnect,
        "a 101 has a Sec-WebSocket-Accept";
    ACCEPT_REPEATED: "handshake/accept-repeated", "RFC 6455 11.3.3", Violation, Disconnect,
        "a 101 has only one Sec-WebSocket-Accept";
    ACCEPT_WRONG: "handshake/accept-wrong", "RFC 6455 4.1", Violation, Disconnect,
        "Sec-WebSocket-Accept is base64(SHA-1(key + GUID))";
    SEVERAL_SUBPROTOCOLS: "handshake/several-subprotocols", "RFC 6455 11.3.4", Violation, Disconnect,
        "a server chooses at most one subprotocol";
    UNSOLICITED_SUBPROTOCOL: "handshake/unsolicited-subprotocol", "RFC 6455 4.1", Violation, Disconnect,
        "a server chooses a subprotocol that the client named";
    RESPONSE_EXTENSION_SYNTAX: "handshake/response-extension-syntax", "RFC 6455 9.1", Violation, Disconnect,
        "a server accepts extensions as name; parameter=value, each part a token";
    EXTENSIONS_REPEATED: "handshake/extensions-repeated", "RFC 6455 11.3.2", Violation, Disconnect,
        "a 101 has only one Sec-WebSocket-Extensions";
    UNSOLICITED_EXTENSION: "handshake/unsolicited-extension", "RFC 6455 9.1", Violation, Disconnect,
        "a server accepts only extensions that the client offered";
    EXTENSION_CONFLICT: "handshake/extension-conflict", "RFC 7692 5", Violation, Disconnect,
        "a server accepts only one extension that uses RSV1";
    EXTENSION_PARAMETERS: "handshake/extension-parameters", "RFC 7692 7.1", Violation, Disconnect,
        "a server accepts permessage-deflate with parameters that fit an offer";
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rule_book_is_in_order() {
        wire::laws::rules_are_in_order("handshake", super::RULES);
    }
}
