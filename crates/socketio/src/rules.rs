//! The rule book of Socket.IO.
//!
//! Where it is written is a heading of the document `socket.io-protocol`,
//! revision 5. It knows one answer to nearly everything: the connection is
//! closed. Below it stands the rule book of [Engine.IO](crate::engineio::rules).
//!
//! Book: appendix B.

wire::rules! {
    // Before the payload
    PACKET_TYPE: "socketio/packet-type", "Socket.IO 5 Exchange protocol", Violation, Disconnect,
        "a packet begins with its type, a digit from 0 to 6";
    ATTACHMENT_COUNT: "socketio/attachment-count", "Socket.IO 5 Format", Violation, Disconnect,
        "a binary packet says how many attachments follow, one or more, before a hyphen";
    TOO_MANY_ATTACHMENTS: "socketio/too-many-attachments", "Socket.IO 5 Format", Suspicion, Disconnect,
        "the number of attachments stays within the limit";
    NAMESPACE: "socketio/namespace", "Socket.IO 5 Format", Suspicion, Disconnect,
        "a namespace stays within the limit, and has no control characters";
    ACK_ID: "socketio/ack-id", "Socket.IO 5 Acknowledgement", Violation, Disconnect,
        "an acknowledgement has the id of its event, a number that JavaScript holds exactly";

    // The payload
    PAYLOAD_JSON: "socketio/payload-json", "Socket.IO 5 Format", Violation, Disconnect,
        "a payload is JSON";
    NESTED_TOO_DEEPLY: "socketio/nested-too-deeply", "Socket.IO 5 Format", Suspicion, Disconnect,
        "the depth of a payload stays within the limit";
    CONNECT_PAYLOAD: "socketio/connect-payload", "Socket.IO 5 Connection to a namespace", Violation, Disconnect,
        "CONNECT carries an object or nothing, from the server one with a sid";
    CONNECT_ERROR_PAYLOAD: "socketio/connect-error-payload", "Socket.IO 5 Connection to a namespace", Violation, Disconnect,
        "CONNECT_ERROR carries an object";
    DISCONNECT_PAYLOAD: "socketio/disconnect-payload", "Socket.IO 5 Disconnection from a namespace", Violation, Disconnect,
        "DISCONNECT carries nothing";
    EVENT_PAYLOAD: "socketio/event-payload", "Socket.IO 5 Sending and receiving data", Violation, Disconnect,
        "an event carries an array, and its name is the first of it";
    ACK_PAYLOAD: "socketio/ack-payload", "Socket.IO 5 Acknowledgement", Violation, Disconnect,
        "an acknowledgement carries an array";
    RESERVED_EVENT: "socketio/reserved-event", "Socket.IO 5 Sending and receiving data", Suspicion, Disconnect,
        "an event is not named like what the libraries tell their programs, connect or disconnect";

    // Attachments
    PLACEHOLDER: "socketio/placeholder", "Socket.IO 5 Format", Violation, Disconnect,
        "a placeholder has a num, that of an attachment, and nothing else";
    ATTACHMENT_PLACE: "socketio/attachment-place", "Socket.IO 5 Format", Suspicion, Disconnect,
        "each attachment has one place in the payload";
    ATTACHMENT_MISSING: "socketio/attachment-missing", "Socket.IO 5 Format", Violation, Disconnect,
        "attachments follow their packet, and nothing comes between";
    ATTACHMENT_UNEXPECTED: "socketio/attachment-unexpected", "Socket.IO 5 Format", Violation, Disconnect,
        "a message of bytes is an attachment that a packet announced";

    // The conversation
    CONNECT_FIRST: "socketio/connect-first", "Socket.IO 5 Connection to a namespace", Violation, Disconnect,
        "a client connects to a namespace before it uses it";
    CONNECT_TWICE: "socketio/connect-twice", "Socket.IO 5 Connection to a namespace", Violation, Disconnect,
        "a client connects to a namespace once";
    CONNECT_LATE: "socketio/connect-late", "Socket.IO 5 Connection to a namespace", Suspicion, Disconnect,
        "a client connects to a namespace in time";
    TOO_MANY_NAMESPACES: "socketio/too-many-namespaces", "Socket.IO 5 Connection to a namespace", Suspicion, Disconnect,
        "the number of namespaces on a connection stays within the limit";
    DIRECTION: "socketio/direction", "Socket.IO 5 Connection to a namespace", Violation, Disconnect,
        "the server sends CONNECT_ERROR, and CONNECT only as an answer";
}
