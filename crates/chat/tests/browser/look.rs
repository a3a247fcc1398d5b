//! How the page looks: readable in light and dark, on a desk and on a phone, and
//! whole for those who hear it.

use crate::{enter, hears, say, server::Chat};
use base64::{Engine, engine::general_purpose::STANDARD};
use devtools::{Browser, Tab};
use serde_json::{Value, json};
use std::{env, fs, path::Path};

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_page_is_readable_in_light_and_dark_on_a_desk_and_on_a_phone() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut entrance = browser.open(&chat.url()).await;
    let mut bob = enter(&mut browser, &chat, "Bob", "Polling").await;
    let mut ada = enter(&mut browser, &chat, "김철수", "WebSocket").await;
    talk(&mut browser, &mut ada, &mut bob).await;
    ada.eval(&mut browser, "document.querySelector('details').open = true").await;

    for (width, height) in [(1280, 900), (390, 844), (360, 640)] {
        for scheme in ["light", "dark"] {
            for (name, tab) in [("entrance", &mut entrance), ("room", &mut ada)] {
                tab.show(&mut browser, width, height, scheme).await;
                let place = format!("{name}, {width} wide, {scheme}");
                let pale = tab.eval(&mut browser, PALE).await;
                assert_eq!(pale, json!([]), "{place}: too little contrast");
                let wide =
                    "document.scrollingElement.scrollWidth - document.documentElement.clientWidth";
                assert_eq!(tab.eval(&mut browser, wide).await, 0, "{place}: wider than its window");
                draw(&mut browser, tab, &format!("{name}-{width}-{scheme}.png")).await;
            }
        }
    }
    assert_eq!(ada.eval(&mut browser, SMALL).await, json!([]), "too small for a finger");
}

/// A conversation with some of everything.
async fn talk(browser: &mut Browser, ada: &mut Tab, bob: &mut Tab) {
    say(bob, browser, "Good morning! How is the weather in 서울?").await;
    ada.until(browser, &hears("Good morning! How is the weather in 서울?")).await;
    say(ada, browser, "안녕하세요 👋🏽 맑아요.").await;
    let long = format!("https://example.com/{}", "a".repeat(200));
    say(ada, browser, &long).await;
    bob.until(browser, &hears(&long)).await;
    let whisper = "document.querySelector('#say select').value = '김철수'";
    bob.until(browser, "document.querySelectorAll('#say option').length === 2").await;
    bob.eval(browser, whisper).await;
    say(bob, browser, "psst: 👨‍👩‍👧").await;
    ada.until(browser, &hears("psst: 👨‍👩‍👧")).await;
}

/// Keeps a picture of all of the page, if somebody wants it.
async fn draw(browser: &mut Browser, tab: &mut Tab, name: &str) {
    let Some(folder) = env::var_os("SCREENSHOTS") else { return };
    let params = json!({"captureBeyondViewport": true});
    let drawn = tab.call(browser, "Page.captureScreenshot", params).await;
    let picture = STANDARD.decode(drawn["data"].as_str().unwrap()).unwrap();
    fs::write(Path::new(&folder).join(name), picture).unwrap();
}

/// The texts whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3).
const PALE: &str = r"
(() => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.matches('option, noscript')) continue;
    const style = getComputedStyle(element);
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
    const behind = ground(element);
    const front = channels(style.color).slice(0, 3)
      .map((value, index) => value * opacity + behind[index] * (1 - opacity));
    const [high, low] = [light(front), light(behind)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) pale.push(`${contrast.toFixed(2)}: ${element.textContent.trim()}`);
  }
  return pale;
})()";

/// What is to be pressed, and smaller than 24 pixels (WCAG 2.2, 2.5.8).
const SMALL: &str = r"
[...document.querySelectorAll('button, input:not([type=radio]), select, textarea, summary, tbody label')]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.getBoundingClientRect(), element])
  .filter(([{ width, height }]) => Math.min(width, height) < 24)
  .map(([, element]) => element.outerHTML)";

#[tokio::test]
#[ignore = "needs Chromium"]
async fn everything_has_a_name_for_those_who_hear_the_page() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut tab = enter(&mut browser, &chat, "Ada", "WebSocket").await;
    say(&mut tab, &mut browser, "Hello").await;
    tab.until(&mut browser, &hears("Hello")).await;
    let tree = tab.call(&mut browser, "Accessibility.getFullAXTree", json!({})).await;
    let nodes: Vec<(&str, &str)> = tree["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["ignored"] == false)
        .map(|node| (text(&node["role"]), text(&node["name"])))
        .collect();
    let named = [
        "button",
        "textbox",
        "combobox",
        "radio",
        "log",
        "form",
        "table",
        "region",
        "MenuListPopup",
    ];
    for (role, name) in &nodes {
        assert!(
            !named[..6].contains(role) || !name.is_empty(),
            "a {role} without a name: {nodes:#?}"
        );
    }
    for wanted in [
        ("banner", ""),
        ("main", ""),
        ("complementary", ""),
        ("log", "Messages"),
        ("form", "Say something"),
        ("textbox", "Message"),
        ("combobox", "To"),
        ("button", "Send"),
        ("region", "Doors"),
        ("radio", "Long polling"),
        ("columnheader", "Reconnects"),
        ("heading", "One room, five doors"),
    ] {
        assert!(nodes.contains(&wanted), "{wanted:?} is not among {nodes:#?}");
    }
    browser.had_no_complaints();
}

fn text(value: &Value) -> &str {
    value["value"].as_str().unwrap_or_default()
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_keyboard_is_enough() {
    let chat = Chat::start(0).await;
    let mut browser = Browser::start().await;
    let mut tab = enter(&mut browser, &chat, "Ada", "WebSocket").await;
    tab.write(&mut browser, "by keyboard").await;
    tab.press(&mut browser, "Enter").await;
    tab.until(&mut browser, &hears("by keyboard")).await;
    // From the message over whom it is for and the button to the doors.
    for focused in ["to", "", "door"] {
        tab.press(&mut browser, "Tab").await;
        tab.until(&mut browser, &format!("document.activeElement.name === {focused:?}")).await;
    }
    let ring = "getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(tab.eval(&mut browser, ring).await, "solid", "one sees where one is");
    tab.press(&mut browser, "ArrowUp").await;
    let state = crate::state("Event stream");
    tab.until(&mut browser, &format!("{state} === 'OPEN'")).await;
}
