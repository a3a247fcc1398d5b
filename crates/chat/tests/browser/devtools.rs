//! Chromium, led by hand: its `DevTools` protocol over our own WebSocket client.
//!
//! ```text
//! ──► {"id":7,"sessionId":"…","method":"Runtime.evaluate","params":{"expression":"1 + 1"}}
//! ◄── {"id":7,"sessionId":"…","result":{"result":{"type":"number","value":2}}}
//! ◄── {"method":"Runtime.exceptionThrown",…}          an event, whenever there is one
//! ```

use crate::program::{PATIENCE, Peer, Program};
use frame::{Event, Limits};
use serde_json::{Value, json};
use server::{
    WebSocket,
    websocket::{self, Config},
};
use std::{fs, path::Path, time::Duration};
use tokio::time::{sleep, timeout};

/// A browser without a window, with a profile of its own.
pub(crate) struct Browser {
    socket: WebSocket,
    last: u64,
    complaints: Vec<Value>,
    _program: Program,
}

/// A page that is open.
pub(crate) struct Tab {
    session: String,
}

impl Browser {
    pub(crate) async fn start(name: &str) -> Browser {
        let profile = format!("{}/chromium-{name}", env!("CARGO_TARGET_TMPDIR"));
        _ = fs::remove_dir_all(&profile);
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
            &format!("--user-data-dir={profile}"),
        ];
        let program = Program::start(Peer::Chromium, flags);
        let url = timeout(PATIENCE, listening(Path::new(&profile)));
        let url = url.await.unwrap_or_else(|_| panic!("Chromium does not start: {program:?}"));
        let limits = Limits { frame: 64 << 20, message: 64 << 20 };
        let config = Config { limits, ..Config::default() };
        let socket = websocket::connect(&url, &config).await.unwrap();
        Browser { socket, last: 0, complaints: Vec::new(), _program: program }
    }

    /// Opens a page in a new tab.
    pub(crate) async fn open(&mut self, url: &str) -> Tab {
        let target = self.call(None, "Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call(None, "Target.attachToTarget", attach).await;
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
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
    pub(crate) fn had_no_complaints(&self) {
        assert!(self.complaints.is_empty(), "{:#?}", self.complaints);
    }

    pub(crate) async fn call(
        &mut self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Value {
        self.last += 1;
        let mut request = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = session {
            request["sessionId"] = session.into();
        }
        self.socket.send(Event::Text(&request.to_string())).await.unwrap();
        let answer = timeout(PATIENCE, self.answer());
        let mut answer = answer.await.unwrap_or_else(|_| panic!("no answer to {request}"));
        assert!(answer["error"].is_null(), "{request}: {answer}");
        answer["result"].take()
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

/// Where Chromium listens: it writes that into its profile.
async fn listening(profile: &Path) -> String {
    loop {
        let told = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        if let [port, path] = told.lines().collect::<Vec<_>>()[..] {
            return format!("ws://127.0.0.1:{port}{path}");
        }
        sleep(Duration::from_millis(20)).await;
    }
}

impl Tab {
    pub(crate) async fn call(
        &mut self,
        browser: &mut Browser,
        method: &str,
        params: Value,
    ) -> Value {
        browser.call(Some(&self.session), method, params).await
    }

    /// What an expression is, in the page.
    pub(crate) async fn eval(&mut self, browser: &mut Browser, expression: &str) -> Value {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut evaluated = self.call(browser, "Runtime.evaluate", params).await;
        let thrown = &evaluated["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown:#}");
        evaluated["result"]["value"].take()
    }

    /// Waits until an expression holds. The page itself looks again and again.
    pub(crate) async fn until(&mut self, browser: &mut Browser, expression: &str) {
        let patience = PATIENCE.as_millis() / 2;
        let waiting = format!(
            "new Promise((resolve) => {{
                const end = performance.now() + {patience};
                const look = () => {{
                    let holds = false;
                    try {{ holds = {expression}; }} catch {{}}
                    if (holds || performance.now() > end) resolve(Boolean(holds));
                    else setTimeout(look, 20);
                }};
                look();
            }})"
        );
        let held = self.eval(browser, &waiting).await;
        if held != true {
            let seen = self.eval(browser, "document.body.innerText").await;
            panic!("never: {expression}\n{}", seen.as_str().unwrap_or_default());
        }
    }

    /// Writes where the focus is, as a keyboard does, or what puts 한 together.
    pub(crate) async fn write(&mut self, browser: &mut Browser, text: &str) {
        self.call(browser, "Input.insertText", json!({"text": text})).await;
    }

    /// Presses a key.
    pub(crate) async fn press(&mut self, browser: &mut Browser, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            " " => (32, " "),
            "ArrowUp" => (38, ""),
            "ArrowDown" => (40, ""),
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
