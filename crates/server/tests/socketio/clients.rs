//! Real clients: Node's `socket.io-client` and Python's `python-socketio`.
//!
//! ```text
//!  what the client does      what it hears
//!  connects                  auth: what it said of itself
//!  echo …                    echoed …, and an acknowledgement …
//!  ask me …                  question …; its answer is the acknowledgement
//!  join ROOM, tell ROOM …    told …, if it is in the room and did not tell it
//!  leave me                  the server puts it out
//! ```

use crate::{
    program::{PATIENCE, Peer, Program, script},
    site::Site,
};
use server::{
    Server,
    socketio::{Config, Event, Object, Reason, Recovery, Refused, SendError, Socket, SocketIo},
};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};
use tokio::sync::mpsc;

#[tokio::test]
#[ignore = "needs Node's socket.io-client"]
async fn nodes_client_talks_over_every_transport() {
    tokio::join!(node_talks("polling"), node_talks("websocket"), node_talks("upgrade"));
}

async fn node_talks(way: &str) {
    let (site, mut reasons) = house().await;
    node(&site, "talk", way).rest(PATIENCE).await;
    let ends = [reasons.recv().await.unwrap(), reasons.recv().await.unwrap()];
    assert_eq!(ends, ["server namespace disconnect", "client namespace disconnect"], "{way}");
}

#[tokio::test]
#[ignore = "needs Python's python-socketio"]
async fn pythons_client_talks_over_every_transport() {
    tokio::join!(python_talks("polling"), python_talks("websocket"), python_talks("upgrade"));
}

async fn python_talks(way: &str) {
    let (site, mut reasons) = house().await;
    let script = script("python/socketio_client.py");
    let mut client = Program::start(Peer::Python, [&script, &url(&site), way]);
    client.rest(PATIENCE).await;
    // It closes its connection beside the thread that says goodbye.
    let ends = ["client namespace disconnect", "transport close"];
    let end = reasons.recv().await.unwrap();
    assert!(ends.contains(&end), "{way}: {end}");
}

#[tokio::test]
#[ignore = "needs Node's socket.io-client"]
async fn nodes_client_loses_its_connection_and_misses_nothing() {
    for way in ["polling", "websocket", "upgrade"] {
        let recovery = Some(Recovery::default());
        let io = SocketIo::new(&Config { recovery, ..Config::default() });
        io.on_connect(|socket: Socket| async move {
            let namespace = socket.namespace().clone();
            socket.on_disconnect(move |_: Reason| {
                let namespace = namespace.clone();
                async move { namespace.emit("missed", &[]) }
            });
            match socket.is_recovered() {
                true => Ok(()),
                false => socket.emit("first", &[]),
            }
        });
        let site = Site::start(Server::default(), io).await;
        node(&site, "recover", way).rest(PATIENCE).await;
    }
}

#[tokio::test]
#[ignore = "needs Node's socket.io-client"]
async fn nodes_client_comes_back_when_the_server_does() {
    for way in ["polling", "websocket", "upgrade"] {
        let (mut demo, port) = start_demo("0");
        let url = format!("http://127.0.0.1:{port}");
        let script = script("node/socketio.js");
        let mut client = Program::start(Peer::Node, [&script, &url, "survive", way]);
        assert_eq!(client.line().await, "here");
        demo.0.kill().unwrap();
        demo.0.wait().unwrap();
        assert_eq!(client.line().await, "alone");
        let _demo = start_demo(&port);
        client.rest(PATIENCE).await;
    }
}

fn node(site: &Site, scene: &str, way: &str) -> Program {
    Program::start(Peer::Node, [&script("node/socketio.js"), &url(site), scene, way])
}

fn url(site: &Site) -> String {
    format!("http://{}", site.address)
}

/// The server of the drawing, and why clients left it.
async fn house() -> (Site, mpsc::UnboundedReceiver<&'static str>) {
    let (told, reasons) = mpsc::unbounded_channel();
    let io = SocketIo::default();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move { receive(&socket, told) }
    });
    io.of("/closed").check(|_| async {
        let data = Object::from_iter([("ask", "later")]);
        Err(Refused::new("not authorized").with(data))
    });
    (Site::start(Server::default(), io).await, reasons)
}

fn receive(socket: &Socket, told: mpsc::UnboundedSender<&'static str>) -> Result<(), SendError> {
    socket.on("echo", |event: Event| async move {
        event.socket.emit("echoed", &event.arguments)?;
        event.ack(&event.arguments)
    });
    socket.on("ask me", |event: Event| async move {
        let answer = event.socket.emit_with_ack("question", &event.arguments, PATIENCE).await;
        event.ack(&answer.unwrap())
    });
    socket.on("join", |event: Event| async move {
        event.socket.join(event.arguments[0].as_str().unwrap());
        event.ack(&[])
    });
    socket.on("tell", |event: Event| async move {
        let (room, text) = event.arguments.split_first().unwrap();
        event.socket.to(room.as_str().unwrap()).emit("told", text)
    });
    socket.on("leave me", |event: Event| async move { event.socket.disconnect() });
    socket.on_disconnect(move |reason: Reason| {
        let told = told.clone();
        async move { told.send(reason.name()) }
    });
    socket.emit("auth", &[socket.handshake().auth.clone().into()])
}

/// A program that ends with its test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// `examples/socketio-demo.rs` on this port, and the port.
fn start_demo(port: &str) -> (Demo, String) {
    // Tests lie in `target/…/deps`, examples in `target/…/examples`.
    let own = std::env::current_exe().unwrap();
    let example = format!("socketio-demo{}", std::env::consts::EXE_SUFFIX);
    let path = own.ancestors().nth(2).unwrap().join("examples").join(example);
    let mut child =
        Command::new(&path).arg(port).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("{} ({error}): cargo build -p server --examples", path.display())
        });
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().rsplit(':').next().unwrap().to_owned();
    (Demo(child), port)
}
