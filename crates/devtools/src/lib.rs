//! Chromium, led by tests: its DevTools protocol over our own WebSocket client.
//!
//! ```text
//! ──► {"id":7,"sessionId":"…","method":"Runtime.evaluate","params":{"expression":"1 + 1"}}
//! ◄── {"id":7,"sessionId":"…","result":{"result":{"type":"number","value":2}}}
//! ◄── {"method":"Runtime.exceptionThrown",…}          an event, whenever there is one
//! ```
//!
//! ```no_run
//! # async fn test() {
//! let mut browser = devtools::Browser::start().await;
//! let mut tab = browser.open("http://127.0.0.1:8080/").await;
//! tab.until(&mut browser, "document.title === 'Chat'").await;
//! browser.had_no_complaints();
//! # }
//! ```
//!
//! # What this crate does not do
//! It is for tests: where something goes wrong it panics, and says what it has seen.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../../server/tests/peers/program.rs"]
mod program;

use frame::{Event, Limits};
use program::{Peer, Program};
use serde_json::{Value, json};
use server::{
    WebSocket,
    websocket::{self, Config},
};
use std::{fs, path::Path, thread, time::Duration};
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

/// How long anything may take: far longer than it takes.
pub const PATIENCE: Duration = program::PATIENCE;

/// How often something is looked at that does not tell by itself.
const GLANCE: Duration = Duration::from_millis(20);

/// A browser without a window, with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    socket: WebSocket,
    last: u64,
    complaints: Vec<Value>,
    requests: Vec<String>,
    /// Here until the drop.
    program: Option<Program>,
    profile: TempDir,
}

/// A page that is open.
#[derive(Debug)]
pub struct Tab {
    session: String,
}

impl Browser {
    /// Starts one.
    pub async fn start() -> Browser {
        let folder = TempDir::with_prefix("devtools-").unwrap();
        let profile = folder.path();
        // What a browser asks the world for by itself is switched off, and nothing
        // slows down because nobody looks at it.
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-background-timer-throttling",
            "--disable-renderer-backgrounding",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--lang=en",
            "--remote-debugging-port=0",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let program = Program::start(Peer::Chromium, flags);
        let url = timeout(PATIENCE, listening(profile));
        let url = url.await.unwrap_or_else(|_| panic!("Chromium does not start: {program:?}"));
        let limits = Limits { frame: 64 << 20, message: 64 << 20 };
        let config = Config { limits, ..Config::default() };
        let socket = websocket::connect(&url, &config).await.unwrap();
        Browser {
            socket,
            last: 0,
            complaints: Vec::new(),
            requests: Vec::new(),
            program: Some(program),
            profile: folder,
        }
    }

    /// Opens a page in a new tab.
    pub async fn open(&mut self, url: &str) -> Tab {
        let target = self.call(None, "Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call(None, "Target.attachToTarget", attach).await;
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Runtime.enable", "Log.enable", "Page.enable", "Network.enable"] {
            self.call(Some(&session), domain, json!({})).await;
        }
        // So that it has the focus, though another tab is in front.
        let focus = json!({"enabled": true});
        self.call(Some(&session), "Emulation.setFocusEmulationEnabled", focus).await;
        self.call(Some(&session), "Page.navigate", json!({"url": url})).await;
        let mut tab = Tab { session };
        tab.until(self, "document.readyState === 'complete' && location.protocol === 'http:'")
            .await;
        tab
    }

    /// No script failed, nothing was refused, nothing was not found.
    pub fn had_no_complaints(&self) {
        assert!(self.complaints.is_empty(), "{:#?}", self.complaints);
    }

    /// What all tabs have asked for so far: addresses of HTTP and WebSocket.
    pub fn requests(&self) -> &[String] {
        &self.requests
    }

    /// Calls a method of the protocol, in a tab's session or in none.
    pub async fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        let answer = self.ask(session, method, params).await;
        answer.unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    /// As [`call`](Self::call), for what may be refused: a page may go away meanwhile.
    async fn ask(
        &mut self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, String> {
        self.last += 1;
        let mut request = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = session {
            request["sessionId"] = session.into();
        }
        self.socket.send(Event::Text(&request.to_string())).await.unwrap();
        let answer = timeout(PATIENCE, self.answer());
        let mut answer = answer.await.unwrap_or_else(|_| panic!("no answer to {request}"));
        match answer["error"].is_null() {
            true => Ok(answer["result"].take()),
            false => Err(format!("{request}: {answer}")),
        }
    }

    /// The answer to the last request. Events before it are looked at.
    async fn answer(&mut self) -> Value {
        loop {
            let (event, _) = self.socket.receive().await.unwrap().expect("Chromium is there");
            let Event::Text(text) = event else { panic!("{event:?}") };
            let told: Value = serde_json::from_str(text).unwrap();
            if told["id"] == self.last {
                return told;
            }
            let params = &told["params"];
            let asked = match told["method"].as_str() {
                Some("Network.requestWillBeSent") => params["request"]["url"].as_str(),
                Some("Network.webSocketCreated") => params["url"].as_str(),
                _ => None,
            };
            self.requests.extend(asked.map(str::to_owned));
            let is_error = match told["method"].as_str() {
                Some("Runtime.exceptionThrown") => true,
                Some("Log.entryAdded") => told["params"]["entry"]["level"] == "error",
                _ => false,
            };
            if is_error {
                self.complaints.push(told);
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.program = None;
        // Its own children write on for a moment.
        let end = Instant::now() + GOING;
        while self.profile.path().exists() && Instant::now() < end {
            if fs::remove_dir_all(self.profile.path()).is_err() {
                thread::sleep(GLANCE);
            }
        }
    }
}

/// How long a browser may take to go.
const GOING: Duration = Duration::from_secs(5);

/// Where Chromium listens: it writes that into its profile.
async fn listening(profile: &Path) -> String {
    loop {
        let told = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        if let [port, path] = told.lines().collect::<Vec<_>>()[..] {
            return format!("ws://127.0.0.1:{port}{path}");
        }
        sleep(GLANCE).await;
    }
}

impl Tab {
    /// Calls a method of the protocol in this tab.
    pub async fn call(&mut self, browser: &mut Browser, method: &str, params: Value) -> Value {
        browser.call(Some(&self.session), method, params).await
    }

    /// What an expression is, in the page.
    pub async fn eval(&mut self, browser: &mut Browser, expression: &str) -> Value {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut evaluated = self.call(browser, "Runtime.evaluate", params).await;
        let thrown = &evaluated["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown:#}");
        evaluated["result"]["value"].take()
    }

    /// Waits until an expression holds, in this page or in one that takes its place.
    pub async fn until(&mut self, browser: &mut Browser, expression: &str) {
        let looking = format!("(() => {{ try {{ return Boolean({expression}); }} catch {{}} }})()");
        let params = json!({"expression": looking, "returnByValue": true});
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let session = Some(self.session.as_str());
            let looked = browser.ask(session, "Runtime.evaluate", params.clone()).await;
            if looked.is_ok_and(|looked| looked["result"]["value"] == true) {
                return;
            }
            sleep(GLANCE).await;
        }
        let seen = self.eval(browser, "document.body.innerText").await;
        panic!("never: {expression}\n{}", seen.as_str().unwrap_or_default());
    }

    /// Goes to another page, and waits until it is there whole.
    pub async fn go(&mut self, browser: &mut Browser, url: &str) {
        self.call(browser, "Page.navigate", json!({"url": url})).await;
        let here =
            format!("document.readyState === 'complete' && location.href === {}", json!(url));
        self.until(browser, &here).await;
    }

    /// Shows the page on a screen of this size, to somebody who likes `scheme`: light or dark.
    pub async fn show(&mut self, browser: &mut Browser, width: u32, height: u32, scheme: &str) {
        let is_phone = width < 800;
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.call(browser, "Emulation.setDeviceMetricsOverride", size).await;
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call(browser, "Emulation.setEmulatedMedia", features).await;
    }

    /// Moves the mouse to the middle of the first element that `selector` finds.
    pub async fn point(&mut self, browser: &mut Browser, selector: &str) {
        let middle = format!(
            "(() => {{
                const element = document.querySelector({});
                element.scrollIntoView({{ block: 'center' }});
                const {{ x, y, width, height }} = element.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }})()",
            json!(selector)
        );
        let middle = self.eval(browser, &middle).await;
        let moved = json!({"type": "mouseMoved", "x": middle[0], "y": middle[1]});
        self.call(browser, "Input.dispatchMouseEvent", moved).await;
    }

    /// Writes where the focus is, as a keyboard does, or what puts 한 together.
    pub async fn write(&mut self, browser: &mut Browser, text: &str) {
        self.call(browser, "Input.insertText", json!({"text": text})).await;
    }

    /// Presses a key.
    pub async fn press(&mut self, browser: &mut Browser, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            " " => (32, " "),
            "ArrowUp" => (38, ""),
            "ArrowDown" => (40, ""),
            "ArrowLeft" => (37, ""),
            "ArrowRight" => (39, ""),
            "Home" => (36, ""),
            "End" => (35, ""),
            "Escape" => (27, ""),
            "/" => (191, "/"),
            _ => panic!("no such key: {key}"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut params = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code});
            if kind == "keyDown" && !text.is_empty() {
                params["text"] = text.into();
            }
            self.call(browser, "Input.dispatchKeyEvent", params).await;
        }
    }
}
