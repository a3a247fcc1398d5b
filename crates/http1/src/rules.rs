//! The rule book of HTTP/1.1: what a head, a body and a connection must be.
//!
//! A server answers the first fatal one with its status and closes; a client
//! closes. [`Decoder`](crate::Decoder) reports them all and goes on where it can.
//!
//! Book: appendix B.

wire::rules! {
    // Lines
    LINE_END: "http1/line-end", "RFC 9112 2.2", Violation, Status(400),
        "a line ends with CR LF";
    BARE_CR: "http1/bare-cr", "RFC 9112 2.2", Violation, Status(400),
        "a CR stands only before a LF";

    // The request line
    REQUEST_LINE: "http1/request-line", "RFC 9112 3", Violation, Status(400),
        "a request line is a method, a target and a version, with one space between them";
    METHOD: "http1/method", "RFC 9110 9.1", Violation, Status(400),
        "a method is a token";
    TARGET: "http1/target", "RFC 9112 3.2", Violation, Status(400),
        "a target has the form that its method asks for";
    TARGET_ESCAPED: "http1/target-escaped", "RFC 3986 2.1", Suspicion, Nothing,
        "a target is ASCII, everything else percent-encoded";
    TARGET_TOO_LONG: "http1/target-too-long", "RFC 9110 4.1", Suspicion, Status(414),
        "a target stays within the limit";
    VERSION: "http1/version", "RFC 9110 2.5", Violation, Status(505),
        "the major version is 1";
    VERSION_MINOR: "http1/version-minor", "RFC 9110 2.5", Suspicion, Nothing,
        "the minor version is 0 or 1";

    // The status line
    STATUS_LINE: "http1/status-line", "RFC 9112 4", Violation, Disconnect,
        "a status line is a version, a code of three digits and a reason";
    STATUS_SPACE: "http1/status-space", "RFC 9112 4", Violation, Nothing,
        "a space follows the status code even where there is no reason";
    STATUS_CODE: "http1/status-code", "RFC 9110 15", Violation, Nothing,
        "a status code lies between 100 and 599";

    // Fields
    FIELD_LINE: "http1/field-line", "RFC 9112 5", Violation, Status(400),
        "a field line is a name, a colon and a value";
    FIELD_NAME: "http1/field-name", "RFC 9110 5.1", Violation, Status(400),
        "a field name is a token";
    SPACE_BEFORE_COLON: "http1/space-before-colon", "RFC 9112 5.1", Violation, Status(400),
        "nothing stands between a field name and its colon";
    SPACE_BEFORE_FIELDS: "http1/space-before-fields", "RFC 9112 2.2", Violation, Status(400),
        "the first field line does not begin with white space";
    FOLDED_FIELD: "http1/folded-field", "RFC 9112 5.2", Violation, Status(400),
        "a field value stands on one line";
    FIELD_VALUE: "http1/field-value", "RFC 9110 5.5", Violation, Status(400),
        "a field value has no control characters";
    HEAD_TOO_LARGE: "http1/head-too-large", "RFC 6585 5", Suspicion, Status(431),
        "a head stays within the limit";
    TOO_MANY_FIELDS: "http1/too-many-fields", "RFC 6585 5", Suspicion, Status(431),
        "the number of fields stays within the limit";

    // Host
    HOST_MISSING: "http1/host-missing", "RFC 9112 3.2", Violation, Status(400),
        "an HTTP/1.1 request names its host";
    HOST_TWICE: "http1/host-twice", "RFC 9112 3.2", Violation, Status(400),
        "a request names one host";
    HOST_INVALID: "http1/host-invalid", "RFC 9112 3.2", Violation, Status(400),
        "a Host is a host name or address, and perhaps a port";
    HOST_DIFFERS: "http1/host-differs", "RFC 9112 3.2.2", Suspicion, Nothing,
        "Host repeats the authority of the target";

    // What the head says about the body
    LENGTH: "http1/length", "RFC 9110 8.6", Violation, Status(400),
        "Content-Length is a decimal number";
    LENGTH_REPEATED: "http1/length-repeated", "RFC 9112 6.3", Suspicion, Nothing,
        "Content-Length stands there once";
    LENGTHS_DIFFER: "http1/lengths-differ", "RFC 9112 6.3", Violation, Status(400),
        "a message has one length";
    LENGTH_WITH_CODING: "http1/length-with-coding", "RFC 9112 6.1", Violation, Status(400),
        "a message has Content-Length or Transfer-Encoding, never both";
    CODING: "http1/coding", "RFC 9112 6.1", Violation, Status(400),
        "Transfer-Encoding is a list of names, and chunked has no parameters";
    CODING_IN_HTTP10: "http1/coding-in-http10", "RFC 9112 6.1", Violation, Status(400),
        "an HTTP/1.0 message has no Transfer-Encoding";
    CODING_UNKNOWN: "http1/coding-unknown", "RFC 9112 6.1", Suspicion, Status(501),
        "a request has no transfer coding besides chunked";
    CHUNKED_TWICE: "http1/chunked-twice", "RFC 9112 6.1", Violation, Status(400),
        "chunked is applied once";
    CHUNKED_LAST: "http1/chunked-last", "RFC 9112 6.3", Violation, Status(400),
        "chunked is the last transfer coding of a request";
    LENGTH_WITHOUT_BODY: "http1/length-without-body", "RFC 9110 8.6", Violation, Nothing,
        "a 1xx or 204 response and the 2xx of CONNECT announce no body";
    TRACE_BODY: "http1/trace-body", "RFC 9110 9.3.8", Violation, Status(400),
        "a TRACE request has no body";
    EXPECTATION: "http1/expectation", "RFC 9110 10.1.1", Suspicion, Status(417),
        "100-continue is the only expectation";

    // Bodies
    BODY_TOO_LARGE: "http1/body-too-large", "RFC 9110 15.5.14", Suspicion, Status(413),
        "a body stays within the limit";
    CHUNK_SIZE: "http1/chunk-size", "RFC 9112 7.1", Violation, Status(400),
        "a chunk size is a hexadecimal number";
    CHUNK_SPACE: "http1/chunk-space", "RFC 9112 7.1.1", Suspicion, Nothing,
        "no white space stands around a chunk extension";
    CHUNK_EXTENSION: "http1/chunk-extension", "RFC 9112 7.1.1", Violation, Status(400),
        "a chunk extension is a name, and perhaps a token or quoted string as its value";
    CHUNK_EXTENSIONS_TOO_LONG: "http1/chunk-extensions-too-long", "RFC 9112 7.1.1", Suspicion, Status(400),
        "the chunk extensions of a message stay within the limit";
    CHUNK_END: "http1/chunk-end", "RFC 9112 7.1", Violation, Status(400),
        "CR LF follows the data of a chunk";
    TRAILER_FIELD: "http1/trailer-field", "RFC 9110 6.5.1", Violation, Nothing,
        "fields about framing, routing and authority stand in the head, not behind the body";
    BODY_FORBIDDEN: "http1/body-forbidden", "RFC 9112 6.3", Violation, Disconnect,
        "a response to HEAD and a 1xx, 204 or 304 response end with their head";
    EVENT_TOO_LARGE: "http1/event-too-large", "HTML 9.2.6", Suspicion, Disconnect,
        "a server-sent event stays within the limit";

    // The connection
    MESSAGE_CUT: "http1/message-cut", "RFC 9112 8", Violation, Status(400),
        "a message is complete before the connection ends";
    DATA_AFTER_CLOSE: "http1/data-after-close", "RFC 9112 9.6", Violation, Nothing,
        "nothing follows a message that said close";
    RESPONSE_UNASKED: "http1/response-unasked", "RFC 9112 9.2", Violation, Disconnect,
        "a response answers a request";
    SWITCH_UNASKED: "http1/switch-unasked", "RFC 9110 7.8", Violation, Disconnect,
        "a server switches only to a protocol that the client asked for";
}
