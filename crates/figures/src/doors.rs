//! What each door of the chat costs: bytes, packets, requests and delay, counted in captures.
//!
//! ```text
//! Ada ── WebSocket ──► chat ── a door ──► Bob
//!  │                                       │
//!  ●─ the packet with her words …          │      both recorded at the same place,
//!  └──────────── delay ───────────────────►●      by the same clock
//!                 … the packet with her words
//! ```
//!
//! Ada's connection is the one on which somebody speaks. All others are Bob's: what
//! goes over them, from the first SYN to the last FIN, is what it cost to hear her.

use capture::{Flow, Flows, Limits, Packet, Time, Warning, flow};
use frame_inspector::{
    Inspector, Options,
    event::{Event, What},
    ledger::Ledger,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    time::Duration,
};
use wire::Side;

/// The doors, as the book names them, and as the captures do.
pub const DOORS: [(&str, &str); 5] = [
    ("polling", "chat-polling"),
    ("long polling", "chat-long-polling"),
    ("event stream", "chat-event-stream"),
    ("WebSocket", "chat-websocket"),
    ("Socket.IO", "chat-socketio"),
];

/// How often Ada speaks, and how the names of those captures end.
pub const PACES: [(&str, &str); 2] = [("second", ""), ("minute", "-minute")];

/// What it cost Bob to hear all that Ada said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// What he heard, and how long after she had said it.
    pub heard: Vec<(String, Duration)>,
    /// How many connections he opened.
    pub connections: u64,
    /// How many requests he sent.
    pub requests: u64,
    /// How many packets went over his connections, both ways.
    pub packets: u64,
    /// Where their bytes went.
    pub ledger: Ledger,
}

impl Cost {
    /// Counts in a capture.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(capture: &[u8]) -> Result<Cost, capture::file::Error> {
        let mut file = capture::File::open(capture)?;
        let mut inspector = Inspector::new(Options::default());
        let mut flows = Flows::new(Limits::default());
        let (mut witness, mut packets) = (Witness::default(), Packets::default());
        let mut sink = |event: &Event<'_>| witness.take(event);
        while let Some(packet) = file.next_packet()? {
            inspector.packet(&packet, &mut sink);
            packets.count(&packet, &mut flows);
        }
        inspector.finish(&mut sink);
        flows.finish(&mut packets);
        Ok(witness.cost(&packets))
    }

    /// The delay that so many percent of the messages did not exceed.
    pub fn delay(&self, percent: usize) -> Duration {
        let mut delays: Vec<Duration> = self.heard.iter().map(|(_, delay)| *delay).collect();
        delays.sort_unstable();
        let rank = (delays.len() * percent).div_ceil(100).max(1);
        delays.get(rank - 1).copied().unwrap_or_default()
    }

    /// So much of something for each message.
    fn each(&self, count: u64) -> f64 {
        count as f64 / self.heard.len().max(1) as f64
    }
}

/// What is seen of a room from outside.
#[derive(Debug, Default)]
struct Witness {
    /// On which connection somebody speaks.
    speaker: Option<u64>,
    said: BTreeMap<String, Time>,
    /// On which connection, what and when.
    told: Vec<(u64, String, Time)>,
    /// The requests and the bytes of each connection.
    connections: BTreeMap<u64, (u64, Ledger)>,
}

impl Witness {
    // ANCHOR: take
    fn take(&mut self, event: &Event<'_>) {
        let (Some(connection), Some(time)) = (event.connection, event.time) else { return };
        match &event.what {
            What::Message { from: Side::Client, message, .. } => {
                for text in texts(message.payload) {
                    self.speaker = Some(connection);
                    self.said.insert(text, time);
                }
            }
            What::Message { message, .. } => self.tell(connection, message.payload, time),
            What::Response(response) => self.tell(connection, response.body.bytes, time),
            What::ServerEvent(event) => self.tell(connection, event.data.as_bytes(), time),
            What::Connection(ended) => {
                self.connections.insert(connection, (ended.requests, ended.ledger));
            }
            _ => {}
        }
    }
    // ANCHOR_END: take

    fn tell(&mut self, connection: u64, bytes: &[u8], time: Time) {
        self.told.extend(texts(bytes).into_iter().map(|text| (connection, text, time)));
    }

    fn cost(self, packets: &Packets) -> Cost {
        let is_bobs = |connection: &u64| Some(*connection) != self.speaker;
        let mut cost = Cost::default();
        for (_, text, time) in self.told.into_iter().filter(|(connection, ..)| is_bobs(connection))
        {
            let delay = self.said.get(&text).map(|said| time.since(*said)).unwrap_or_default();
            cost.heard.push((text, delay));
        }
        for (number, (requests, ledger)) in self.connections {
            if is_bobs(&number) {
                cost.connections += 1;
                cost.requests += requests;
                cost.packets += packets.0.get(&number).copied().unwrap_or_default();
                cost.ledger += ledger;
            }
        }
        cost
    }
}

/// The texts of all messages in something that was sent, however they are wrapped.
fn texts(bytes: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    // Engine.IO says with digits what a packet is, and separates several with this.
    for packet in bytes.split(|byte| *byte == b'\x1e') {
        let start = packet.iter().position(|byte| b"{[".contains(byte)).unwrap_or(packet.len());
        if let Ok(value) = serde_json::from_slice(&packet[start..]) {
            gather(&value, &mut texts);
        }
    }
    texts
}

fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Object(object) if object.get("type").is_some_and(|kind| kind == "message") => {
            texts.extend(object.get("text").and_then(Value::as_str).map(str::to_owned));
        }
        Value::Object(object) => object.values().for_each(|value| gather(value, texts)),
        Value::Array(values) => values.iter().for_each(|value| gather(value, texts)),
        _ => {}
    }
}

/// How many packets each connection had, by its number.
#[derive(Debug, Default)]
struct Packets(BTreeMap<u64, u64>);

impl Packets {
    fn count(&mut self, packet: &Packet<'_>, flows: &mut Flows) {
        flows.receive(packet, self);
    }
}

impl capture::Sink for Packets {
    fn event(&mut self, flow: &Flow, event: flow::Event<'_>) {
        if let flow::Event::Ended { .. } = event {
            self.0.insert(flow.number, flow.packets());
        }
    }

    fn warning(&mut self, _: Warning) {}
}

/// What all doors cost, at every pace.
#[derive(Debug)]
pub struct Costs(Vec<(&'static str, Vec<(&'static str, Cost)>)>);

impl Costs {
    /// Counts in all captures; `read` gives them by their names.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn of<E: From<capture::file::Error>>(
        read: impl Fn(&str) -> Result<Vec<u8>, E>,
    ) -> Result<Costs, E> {
        let mut costs = Vec::new();
        for (pace, ending) in PACES {
            let mut doors = Vec::new();
            for (door, name) in DOORS {
                doors.push((door, Cost::of(&read(&format!("{name}{ending}.pcapng"))?)?));
            }
            costs.push((pace, doors));
        }
        Ok(Costs(costs))
    }

    /// The same as JSON: totals, and the delays in microseconds.
    pub fn json(&self) -> String {
        let mut rows = Vec::new();
        for (pace, doors) in &self.0 {
            for (door, cost) in doors {
                let Cost { heard, connections, requests, packets, ledger } = cost;
                let Ledger { payload, framing, http, tcp_ip } = ledger;
                let [p50, p99] = [50, 99].map(|percent| micros(cost.delay(percent)));
                rows.push(format!(
                    r#"{{"door":"{door}","every":"{pace}","messages":{},"connections":{connections},"requests":{requests},"packets":{packets},"bytes":{{"payload":{payload},"framing":{framing},"http":{http},"tcp_ip":{tcp_ip}}},"delay_us":{{"p50":{p50},"p99":{p99}}}}}"#,
                    heard.len(),
                ));
            }
        }
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

impl Costs {
    /// A picture for each pace: the bytes of a message through each door, as bars.
    ///
    /// ```text
    /// long polling  ▇▇▇▇▇▇▇▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░ 935
    ///               payload heads    TCP/IP
    /// ```
    pub fn charts(&self) -> Vec<(&'static str, String)> {
        self.0.iter().map(|(pace, doors)| (*pace, chart(pace, doors))).collect()
    }
}

/// Of what a bar is made, and how dark it is drawn.
const PARTS: [(&str, &str); 3] = [
    ("payload", "fill=\"var(--links)\""),
    ("framing and HTTP heads", "fill=\"currentColor\" fill-opacity=\"0.55\""),
    ("TCP/IP", "fill=\"currentColor\" fill-opacity=\"0.2\""),
];

/// Where the bars begin, and how long the longest is; in units of the picture.
const BEGIN: f64 = 98.0;
const LONGEST: f64 = 212.0;

fn chart(pace: &str, doors: &[(&str, Cost)]) -> String {
    let longest = doors.iter().map(|(_, cost)| cost.each(cost.ledger.total())).fold(1.0, f64::max);
    let says: Vec<String> = doors
        .iter()
        .map(|(door, cost)| format!("{door} {:.0}", cost.each(cost.ledger.total())))
        .collect();
    let mut svg = format!(
        "<svg viewBox=\"0 0 360 196\" role=\"img\" aria-labelledby=\"{pace}-title {pace}-desc\" \
         style=\"display:block;margin:1.5em auto;width:100%;max-width:38rem\" font-size=\"13\" \
         fill=\"currentColor\">\n<title id=\"{pace}-title\">Bytes for each message, at one a \
         {pace}</title>\n<desc id=\"{pace}-desc\">{}.</desc>\n",
        says.join(", ")
    );
    let mut line = |text: String| svg.extend([text.as_str(), "\n"]);
    let mut x = 4;
    for (part, fill) in PARTS {
        line(format!("<rect x=\"{x}\" y=\"6\" width=\"12\" height=\"12\" {fill}/>"));
        line(format!("<text x=\"{}\" y=\"17\">{part}</text>", x + 17));
        x += 42 + 7 * part.len();
    }
    for (row, (door, cost)) in doors.iter().enumerate() {
        let Ledger { payload, framing, http, tcp_ip } = cost.ledger;
        let top = 36 + 32 * row;
        line(format!("<text x=\"4\" y=\"{}\">{door}</text>", top + 16));
        let mut x = BEGIN;
        for (bytes, (_, fill)) in [payload, framing + http, tcp_ip].into_iter().zip(PARTS) {
            let width = cost.each(bytes) / longest * LONGEST;
            line(format!(
                "<rect x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"22\" {fill}/>"
            ));
            x += width;
        }
        let total = cost.each(cost.ledger.total());
        line(format!("<text x=\"{:.1}\" y=\"{}\">{total:.0}</text>", x + 5.0, top + 16));
    }
    svg + "</svg>\n"
}

fn micros(delay: Duration) -> u64 {
    u64::try_from(delay.as_micros()).unwrap_or(u64::MAX)
}

/// The tables, in Markdown.
impl fmt::Display for Costs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tables = Vec::new();
        for (pace, doors) in &self.0 {
            tables.push(table(pace, doors)?);
        }
        write!(out, "{}\n{NOTE}", tables.join("\n"))
    }
}

const NOTE: &str = "\
What it costs one listener, both ways, from the first SYN to the last FIN: coming in and going are
in it, shared out among 60 messages at one a second and 10 at one a minute, each a text of 64 bytes.
Bytes are those of IP packets. p50 and p99 are delays: from the packet that brought the words to the
server to the packet that brought them to the listener, on one machine; p99 of so few is the slowest.
The listener is a program of Node: the heads of a browser's requests are about twice as long.
";

const HEADINGS: &str = "\
| door | requests | packets | payload | framing | HTTP heads | TCP/IP | all bytes | p50 | p99 |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
";

fn table(pace: &str, doors: &[(&str, Cost)]) -> Result<String, fmt::Error> {
    let mut table = format!("For each message, at one a {pace}:\n\n{HEADINGS}");
    for (door, cost) in doors {
        let Ledger { payload, framing, http, tcp_ip } = cost.ledger;
        write!(table, "| {door} ")?;
        write!(table, "| {:.2} | {:.1} ", cost.each(cost.requests), cost.each(cost.packets))?;
        for bytes in [payload, framing, http, tcp_ip, cost.ledger.total()] {
            write!(table, "| {:.0} ", cost.each(bytes))?;
        }
        writeln!(table, "| {} | {} |", millis(cost.delay(50)), millis(cost.delay(99)))?;
    }
    Ok(table)
}

/// With as many decimals as can be told apart.
fn millis(delay: Duration) -> String {
    let millis = delay.as_secs_f64() * 1e3;
    if millis < 100.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}
