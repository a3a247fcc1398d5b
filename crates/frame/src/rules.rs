//! The rule book of WebSocket frames.
//!
//! RFC 6455 says what an endpoint must do; RFC 7692 adds the rules of
//! permessage-deflate. The [`Decoder`](crate::Decoder) finds what is broken
//! inside one direction. The last rules are about the conversation of both
//! sides: whoever sees both raises them.
//!
//! Book: appendix B.

wire::rules! {
    // Masking
    UNMASKED_CLIENT: "frame/unmasked-client", "RFC 6455 5.1", Violation, Close(1002),
        "a client masks every frame it sends";
    MASKED_SERVER: "frame/masked-server", "RFC 6455 5.1", Violation, Close(1002),
        "a server masks no frame";
    ZERO_MASK: "frame/zero-mask", "RFC 6455 5.3", Suspicion, Nothing,
        "a masking key is random; the key 00000000 hides nothing";
    REPEATED_MASK: "frame/repeated-mask", "RFC 6455 5.3", Suspicion, Nothing,
        "each frame has a fresh masking key";

    // The header
    RESERVED_BITS: "frame/reserved-bits", "RFC 6455 5.2", Violation, Close(1002),
        "RSV1, RSV2 and RSV3 are 0 unless an agreed extension gives them a meaning";
    RSV1_ON_CONTINUATION: "frame/rsv1-on-continuation", "RFC 7692 6", Violation, Close(1002),
        "RSV1 stands on the first frame of a compressed message only";
    RSV1_ON_CONTROL: "frame/rsv1-on-control", "RFC 7692 6", Violation, Close(1002),
        "a control frame is never compressed, so its RSV1 is 0";
    RESERVED_OPCODE: "frame/reserved-opcode", "RFC 6455 5.2", Violation, Close(1002),
        "the opcodes 3 to 7 and b to f are reserved";
    LENGTH_NOT_MINIMAL: "frame/length-not-minimal", "RFC 6455 5.2", Violation, Close(1002),
        "a length is written in as few bytes as possible";
    LENGTH_HIGH_BIT: "frame/length-high-bit", "RFC 6455 5.2", Violation, Close(1002),
        "the most significant bit of a 64-bit length is 0";

    // Control frames
    CONTROL_TOO_LONG: "frame/control-too-long", "RFC 6455 5.5", Violation, Close(1002),
        "a control frame has a payload of 125 bytes or less";
    CONTROL_FRAGMENTED: "frame/control-fragmented", "RFC 6455 5.5", Violation, Close(1002),
        "a control frame is not fragmented, so its FIN is 1";

    // Messages
    UNEXPECTED_CONTINUATION: "frame/unexpected-continuation", "RFC 6455 5.4", Violation, Close(1002),
        "a continuation frame continues a message that was begun";
    EXPECTED_CONTINUATION: "frame/expected-continuation", "RFC 6455 5.4", Violation, Close(1002),
        "a message is finished before the next one begins";
    MESSAGE_TOO_BIG: "frame/message-too-big", "RFC 6455 10.4", Suspicion, Close(1009),
        "a frame and its message stay within the receiver's limits";
    INVALID_UTF8: "frame/invalid-utf8", "RFC 6455 8.1", Violation, Close(1007),
        "a text message is valid UTF-8";
    DEFLATE_INVALID: "frame/deflate-invalid", "RFC 7692 7.2.2", Violation, Close(1007),
        "a compressed message is valid DEFLATE";

    // Closing
    CLOSE_LENGTH: "frame/close-length", "RFC 6455 5.5.1", Violation, Close(1002),
        "a close payload is empty or begins with a code of two bytes";
    CLOSE_CODE: "frame/close-code", "RFC 6455 7.4", Violation, Close(1002),
        "a close code is one that may travel: 1000-1003, 1007-1014 or 3000-4999";
    CLOSE_REASON_UTF8: "frame/close-reason-utf8", "RFC 6455 5.5.1", Violation, Close(1007),
        "a close reason is valid UTF-8";
    DATA_AFTER_CLOSE: "frame/data-after-close", "RFC 6455 5.5.1", Violation, Nothing,
        "after its close frame an endpoint sends no data frame";
    CLOSE_TWICE: "frame/close-twice", "RFC 6455 5.5.1", Suspicion, Nothing,
        "an endpoint sends one close frame";

    // The conversation
    CLOSE_UNANSWERED: "frame/close-unanswered", "RFC 6455 5.5.1", Violation, Nothing,
        "an endpoint that receives a close frame answers with one";
    PING_UNANSWERED: "frame/ping-unanswered", "RFC 6455 5.5.2", Suspicion, Nothing,
        "an endpoint that receives a ping answers with a pong as soon as is practical";
    PONG_MISMATCH: "frame/pong-mismatch", "RFC 6455 5.5.3", Suspicion, Nothing,
        "a pong that answers a ping has the same payload";
    CUT_BY_FIN: "frame/cut-by-fin", "RFC 6455 7.1.1", Violation, Nothing,
        "an endpoint finishes its frame before it ends the connection";
}
