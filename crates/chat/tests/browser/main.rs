//! The page, in Chromium: what people see and do, through every door.
//!
//! ```text
//! cargo test -p chat --test browser -- --ignored
//! SCREENSHOTS=. cargo test -p chat --test browser -- --ignored
//! ```
//!
//! The second also draws what it looks at.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod look;
mod server;

use devtools::{Browser, Tab};
use serde_json::json;
use server::Chat;

const DOORS: [&str; 5] = ["Polling", "Long polling", "Event stream", "WebSocket", "Socket.IO"];

/// A tab in which somebody has come into the lobby.
async fn enter(browser: &mut Browser, chat: &Chat, name: &str, door: &str) -> Tab {
    let mut tab = browser.open(&format!("{}/?door={}", chat.url(), door.replace(' ', "+"))).await;
    tab.until(browser, "document.activeElement.name === 'name'").await;
    tab.write(browser, name).await;
    tab.press(browser, "Enter").await;
    tab.until(browser, &format!("{} === 'OPEN'", state(door))).await;
    tab
}

/// What the page says of a door.
fn state(door: &str) -> String {
    format!("document.querySelector('[value={door:?}]').closest('tr').cells[1].textContent")
}

/// All that was said, as one reads it.
const SAID: &str =
    "[...document.querySelectorAll('#log li:not(.pending) .text')].map((text) => text.textContent)";

fn hears(text: &str) -> String {
    format!("{SAID}.includes({})", json!(text))
}

async fn say(tab: &mut Tab, browser: &mut Browser, text: &str) {
    tab.eval(browser, "document.querySelector('#say textarea').focus()").await;
    tab.write(browser, text).await;
    tab.press(browser, "Enter").await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn people_talk_through_different_doors_and_all_see_the_same() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut tabs = Vec::new();
    for door in DOORS {
        tabs.push(enter(&mut browser, &chat, &format!("{door} 사람"), door).await);
    }
    for (tab, door) in tabs.iter_mut().zip(DOORS) {
        say(tab, &mut browser, &format!("안녕 👋🏽 from {door}")).await;
    }
    let mut said = Vec::new();
    for tab in &mut tabs {
        for door in DOORS {
            tab.until(&mut browser, &hears(&format!("안녕 👋🏽 from {door}"))).await;
        }
        said.push(tab.eval(&mut browser, SAID).await);
        let count = format!("document.querySelectorAll('#users li').length === {}", DOORS.len());
        tab.until(&mut browser, &count).await;
    }
    assert!(said.iter().all(|texts| *texts == said[0]), "{said:#?}");
    assert_eq!(said[0].as_array().unwrap().len(), DOORS.len(), "each once");

    // One of them changes the door, stays who they are, and goes on.
    let last = &mut tabs[3];
    for door in DOORS {
        last.eval(&mut browser, &format!("document.querySelector('[value={door:?}]').click()"))
            .await;
        last.until(&mut browser, &format!("{} === 'OPEN'", state(door))).await;
        let text = format!("now through {door}");
        say(last, &mut browser, &text).await;
        last.until(&mut browser, &hears(&text)).await;
    }
    tabs[0].until(&mut browser, &hears("now through Socket.IO")).await;
    let names = tabs[0].eval(&mut browser, "document.querySelectorAll('#users li').length").await;
    assert_eq!(names, DOORS.len(), "nobody came or went");
    browser.had_no_complaints();
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_server_is_killed_and_comes_back_and_talk_goes_on() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut tabs = Vec::new();
    for door in DOORS {
        tabs.push(enter(&mut browser, &chat, door, door).await);
    }
    say(&mut tabs[0], &mut browser, "before").await;
    for tab in &mut tabs {
        tab.until(&mut browser, &hears("before")).await;
    }
    let port = chat.kill().await;
    for (tab, door) in tabs.iter_mut().zip(DOORS) {
        tab.until(&mut browser, &format!("{} !== 'OPEN'", state(door))).await;
        // It is said when there is somebody to say it to.
        say(tab, &mut browser, &format!("{door} said this to nobody")).await;
    }
    let _chat = Chat::start(port).await;
    for (tab, door) in tabs.iter_mut().zip(DOORS) {
        tab.until(&mut browser, &format!("{} === 'OPEN'", state(door))).await;
        let note = "[...document.querySelectorAll('.note')].some((note) => note.textContent.includes('nobody remembers'))";
        tab.until(&mut browser, note).await;
    }
    say(&mut tabs[3], &mut browser, "after").await;
    for tab in &mut tabs {
        tab.until(&mut browser, &hears("after")).await;
        for door in DOORS {
            let text = json!(format!("{door} said this to nobody"));
            tab.until(
                &mut browser,
                &format!("{SAID}.filter((text) => text === {text}).length === 1"),
            )
            .await;
        }
        let reconnects =
            "[...document.querySelectorAll('#doors tr[aria-current] td')].at(-1).textContent > 0";
        tab.until(&mut browser, reconnects).await;
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn socketio_travels_by_websocket_or_where_none_works_by_polling() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut ada = enter(&mut browser, &chat, "Ada", "WebSocket").await;
    let none =
        "class { constructor() { setTimeout(() => this.onclose({ code: 1006 })); } close() {} }";
    for (name, class) in [("Bob", "WebSocket"), ("Eve", none)] {
        let mut tab = browser.open(&format!("{}/?door=Socket.IO&name={name}", chat.url())).await;
        tab.until(&mut browser, "document.activeElement.name === 'name'").await;
        tab.eval(&mut browser, &format!("window.WebSocket = {class}")).await;
        tab.press(&mut browser, "Enter").await;
        tab.until(&mut browser, &format!("{} === 'OPEN'", state("Socket.IO"))).await;
        let packets = "[...document.querySelectorAll('#wire li')].filter((line) => line.textContent.includes('packet')).length";
        if class != none {
            tab.until(&mut browser, &format!("{packets} > 2")).await;
        }
        say(&mut tab, &mut browser, &format!("{name} is here")).await;
        ada.until(&mut browser, &hears(&format!("{name} is here"))).await;
        say(&mut ada, &mut browser, &format!("안녕 {name}")).await;
        tab.until(&mut browser, &hears(&format!("안녕 {name}"))).await;
        let by_websocket = tab.eval(&mut browser, &format!("{packets} > 0")).await;
        assert_eq!(by_websocket, class != none, "{name}");
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_hostile_name_and_message_do_nothing() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut ada = enter(&mut browser, &chat, "Ada", "Event stream").await;
    let name = "<img src=x onerror=hit=1>";
    let mut eve = enter(&mut browser, &chat, name, "WebSocket").await;
    let texts = [
        "<script>window.hit = 1</script>",
        "<img src=x onerror='window.hit = 1'>",
        "\"><svg onload=hit=1>",
        "javascript:hit=1",
        "{\"type\":\"message\"}",
        "</textarea></li></ol><h1>Big</h1>",
        "&lt;b&gt; \\u003cb\\u003e",
    ];
    for text in texts {
        say(&mut eve, &mut browser, text).await;
    }
    for text in texts {
        ada.until(&mut browser, &hears(text)).await;
    }
    ada.until(&mut browser, "document.querySelectorAll('#users li').length === 2").await;
    assert_eq!(ada.eval(&mut browser, "document.querySelector('.who').textContent").await, name);
    assert_eq!(ada.eval(&mut browser, "typeof window.hit").await, "undefined");
    let foreign = "document.querySelectorAll('#room :is(script, img, svg, h1, a)').length";
    assert_eq!(ada.eval(&mut browser, foreign).await, 0);
    let refused = "(() => { try { document.body.innerHTML = '<b>'; } catch (error) { return error.name; } })()";
    assert_eq!(ada.eval(&mut browser, refused).await, "TypeError", "the policy forbids it");
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_name_that_is_none_is_sent_back_to_the_entrance() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    for door in ["Polling", "WebSocket"] {
        let mut tab = browser.open(&format!("{}/?door={door}", chat.url())).await;
        tab.until(&mut browser, "document.activeElement.name === 'name'").await;
        tab.write(&mut browser, "\u{3164}").await;
        tab.press(&mut browser, "Enter").await;
        let alert =
            "document.querySelector('#entrance .alert').textContent.includes('it is empty')";
        tab.until(&mut browser, alert).await;
        assert_eq!(tab.eval(&mut browser, "document.querySelector('#room').hidden").await, true);
    }
}
