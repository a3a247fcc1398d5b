//! The opening handshake, as the response settles it.

use super::{Asked, Next, SwitchedTo, half::Half};
use crate::{
    event::{Handshake, What},
    line::{Lines, Output},
    verdict::Evidence,
    websocket::Agreed,
};
use capture::Time;
use frame::deflate::Window;
use handshake::rules;
use wire::{Side, Sides};

/// Reports what is wrong with a request to switch.
pub(super) fn check_request(
    request: &http1::Request,
    time: Option<Time>,
    packets: &[u64],
    out: &mut Output<'_>,
) {
    for violation in handshake::check_request(request) {
        out.broken(time, packets, Side::Client, &violation);
    }
}

/// What a final response means for what follows; tells of the handshake if it
/// answers one.
pub(super) fn settle(
    asked: Option<&Asked>,
    response: &http1::Response,
    time: Option<Time>,
    packets: &[u64],
    evidence: &mut Evidence,
    out: &mut Output<'_>,
) -> Next {
    let request = asked.map(|asked| &*asked.head);
    let is_switch = response.status == 101;
    let was_asked = request.is_none_or(|request| {
        request.headers.contains("upgrade") || handshake::is_upgrade(request)
    });
    if is_switch && !was_asked {
        let protocol = response.headers.get_str("upgrade").unwrap_or("no protocol");
        let violation = http1::rules::SWITCH_UNASKED.broken(format!("it switches to {protocol:?}"));
        out.broken(time, packets, Side::Server, &violation);
    }
    let to_websocket = request.is_some_and(handshake::is_upgrade)
        || (is_switch && response.headers.contains_token("upgrade", "websocket"));
    if !to_websocket {
        let is_tunnel = request.is_some_and(|request| request.method == http1::Method::CONNECT)
            && (200..300).contains(&response.status);
        // Whatever was refused before, the connection goes on.
        evidence.refused = None;
        return match is_switch || is_tunnel {
            true => Next::Switch { to: SwitchedTo::Other, was_asked: asked.is_some() },
            false => Next::ResumeRequests,
        };
    }
    let agreement = handshake::agreement(response);
    let key = request.and_then(|request| request.headers.get_str("sec-websocket-key"));
    let expected = key.map(|key| handshake::accept_key(key.trim()));
    let mut all_packets = asked.map(|asked| asked.packets.clone()).unwrap_or_default();
    all_packets.extend_from_slice(packets);
    let extensions = (!agreement.extensions.is_empty()).then_some(&*agreement.extensions);
    let flaws = if was_asked { handshake::check_response(request, response) } else { Vec::new() };
    let request_is_right = request.is_none_or(|asked| handshake::check_request(asked).is_empty());
    let found = Handshake {
        is_right: flaws.is_empty() && request_is_right && was_asked,
        was_asked: request.is_some(),
        accepted: is_switch,
        status: response.status,
        key,
        accept: response.headers.get_str("sec-websocket-accept"),
        accept_expected: expected.as_deref(),
        subprotocol: agreement.subprotocol.as_deref(),
        extensions,
    };
    out.emit(time, &all_packets, What::Handshake(found));
    for violation in &flaws {
        out.broken(time, packets, Side::Server, violation);
    }
    if !is_switch {
        evidence.refused = Some(response.status);
        return Next::ResumeRequests;
    }
    let window = |side| {
        let deflate = agreement.deflate?;
        Some(Window { bits: deflate.window_bits(side), takeover: deflate.takeover(side) })
    };
    let to = SwitchedTo::WebSocket(Agreed::Known(Sides::each(window)));
    Next::Switch { to, was_asked: asked.is_some() }
}

/// The client sent more before the server had answered. Not so if it has
/// acknowledged the answer: then the capture has the packets the other way round.
pub(super) fn report_early(client: &Half, lines: &Lines, out: &mut Output<'_>) {
    if lines.server.acknowledged >= lines.server.end {
        return;
    }
    let line = &lines.client;
    let early = client.decoder.pending().len() as u64;
    let mut packets = Vec::new();
    let latest = line.trail.trace(line.end - early..line.end, &mut packets);
    let time = latest.and_then(|packet| packet.time);
    let detail = format!("{early} bytes came before the 101");
    out.broken(time, &packets, Side::Client, &rules::DATA_BEFORE_101.broken(detail));
}
