//! The rule book of Engine.IO.
//!
//! Where it is written is a heading of the document `engine.io-protocol`,
//! revision 4. Over polling, a POST that breaks a rule without a status of its
//! own is answered with 400.
//!
//! Book: appendix B.

wire::rules! {
    // Requests
    TRANSPORT_UNKNOWN: "engineio/transport-unknown", "Engine.IO 4 Transports", Violation, Status(400),
        "a request names a transport that the server offers";
    VERSION: "engineio/version", "Engine.IO 4 Query parameters", Violation, Status(400),
        "EIO is 4, the revision of the protocol";
    HANDSHAKE_METHOD: "engineio/handshake-method", "Engine.IO 4 Handshake", Violation, Status(400),
        "a session is opened with GET";
    METHOD: "engineio/method", "Engine.IO 4 Sending and receiving data", Violation, Status(400),
        "packets are fetched with GET and sent with POST";
    SID_UNKNOWN: "engineio/sid-unknown", "Engine.IO 4 Sending and receiving data", Violation, Status(400),
        "a request names a session that is open";
    TRANSPORT_MISMATCH: "engineio/transport-mismatch", "Engine.IO 4 Upgrade", Violation, Status(400),
        "a request uses the transport that it names and that its session is on";
    FORBIDDEN: "engineio/forbidden", "Engine.IO 4 Handshake", Suspicion, Status(403),
        "a client is one that the server lets in";

    // Long polling
    TWO_POLLS: "engineio/two-polls", "Engine.IO 4 Receiving data", Violation, Status(400),
        "a client has one GET under way at a time";
    TWO_POSTS: "engineio/two-posts", "Engine.IO 4 Sending data", Violation, Status(400),
        "a client has one POST under way at a time";
    PAYLOAD_TOO_LARGE: "engineio/payload-too-large", "Engine.IO 4 Handshake", Violation, Status(413),
        "a payload has maxPayload bytes at most";
    PAYLOAD_UTF8: "engineio/payload-utf8", "Engine.IO 4 Packet encoding", Violation, Status(400),
        "a payload is UTF-8";
    TOO_MANY_PACKETS: "engineio/too-many-packets", "Engine.IO 4 Packet encoding", Suspicion, Status(413),
        "the number of packets in a payload stays within the limit";

    // WebSocket
    TWO_WEBSOCKETS: "engineio/two-websockets", "Engine.IO 4 WebSocket", Violation, Disconnect,
        "a session has one WebSocket at a time, and no second one behind an upgrade";

    // Packets
    PACKET_TYPE: "engineio/packet-type", "Engine.IO 4 Protocol", Violation, Disconnect,
        "a packet begins with its type, a digit from 0 to 6";
    PACKET_DATA: "engineio/packet-data", "Engine.IO 4 Protocol", Suspicion, Disconnect,
        "a close, upgrade or noop packet is its type alone";
    BASE64: "engineio/base64", "Engine.IO 4 Packet encoding", Violation, Disconnect,
        "a message of bytes among text is base64 behind a b";
    OPEN_FIRST: "engineio/open-first", "Engine.IO 4 Handshake", Violation, Disconnect,
        "the server's first packet is open, and no later one";
    OPEN: "engineio/open", "Engine.IO 4 Handshake", Violation, Disconnect,
        "an open packet is a JSON object with sid, upgrades, pingInterval, pingTimeout and maxPayload";
    DIRECTION: "engineio/direction", "Engine.IO 4 Protocol", Violation, Disconnect,
        "the server sends open, ping and noop, the client pong and upgrade";

    // Heartbeat
    PING_UNANSWERED: "engineio/ping-unanswered", "Engine.IO 4 Heartbeat", Violation, Disconnect,
        "a client answers a ping within pingTimeout";
    PING_MISSING: "engineio/ping-missing", "Engine.IO 4 Heartbeat", Violation, Disconnect,
        "a server pings every pingInterval";

    // Upgrade
    PROBE: "engineio/probe", "Engine.IO 4 Upgrade", Violation, Disconnect,
        "a WebSocket beside polling begins with the ping 2probe";
    UPGRADE: "engineio/upgrade", "Engine.IO 4 Upgrade", Violation, Disconnect,
        "an upgrade packet follows the answered probe on its WebSocket, and comes nowhere else";
    PROBE_ANSWER: "engineio/probe-answer", "Engine.IO 4 Upgrade", Violation, Disconnect,
        "the server answers 2probe with 3probe";
}
