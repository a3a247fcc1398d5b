//! The book, in Chromium: what a reader sees and does.
//!
//! ```text
//! cargo test -p explorer --test browser -- --ignored
//! ```
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod access;
mod book;

use book::Book;
use devtools::{Browser, Tab};
use serde_json::json;
use server::{Files, Server};
use std::fs;
use tokio::net::TcpListener;

/// A page with a figure of bytes of a known fixture, and a place to try others.
const FRAMES: &str = "07-frames.html";
/// The first figure of a page.
const FIGURE: &str = "main > figure.bytes .bytes-passage";

/// The pages of the book, in order.
async fn pages(book: &Book, browser: &mut Browser, tab: &mut Tab) -> Vec<String> {
    tab.go(browser, &book.url("toc.html")).await;
    let links =
        "[...document.querySelectorAll('.chapter a')].map((link) => link.getAttribute('href'))";
    let links = tab.eval(browser, links).await;
    let pages: Vec<String> = serde_json::from_value(links).unwrap();
    assert!(pages.len() > 1, "{pages:?}");
    pages
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn every_page_loads_without_complaints_and_asks_nobody_else() {
    let book = Book::serve().await;
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url("")).await;
    let mut pages = pages(&book, &mut browser, &mut tab).await;
    pages.push("print.html".to_owned());
    for page in pages {
        tab.go(&mut browser, &book.url(&page)).await;
        // Printing waits for somebody to say yes.
        if page == "print.html" {
            continue;
        }
        tab.until(&mut browser, "document.querySelector('#live') !== null").await;
        let heading = tab.eval(&mut browser, "document.querySelectorAll('main h1').length").await;
        assert_eq!(heading, 1, "{page}: its title");
        let weight = tab.eval(&mut browser, WEIGHT).await.as_u64().unwrap();
        assert!(weight < 200_000, "{page} and what it needs have {weight} bytes");
        // From 0.1 on, people find that things jump.
        let jumps = tab.eval(&mut browser, JUMPS).await.as_f64().unwrap();
        assert!(jumps < 0.02, "{page} moves while it loads: {jumps}");
    }
    browser.had_no_complaints();
    let ours = book.url("");
    let live = ours.replace("http://", "ws://");
    for address in browser.requests() {
        let is_ours =
            [&*ours, &*live, "data:", "about:"].iter().any(|own| address.starts_with(own));
        assert!(is_ours, "{address}");
    }
}

/// The bytes that the browser has got for a page, without those of the search.
const WEIGHT: &str = "performance.getEntries()
    .filter(({ name }) => !/searcher|elasticlunr|mark-|searchindex/.test(name))
    .reduce((sum, { decodedBodySize = 0 }) => sum + decodedBodySize, 0)";

/// How far things have moved since they were drawn first.
const JUMPS: &str = "new Promise((resolve) => {
        const sum = (entries) => entries.reduce((sum, { value }) => sum + value, 0);
        const observer = new PerformanceObserver((list) => resolve(sum(list.getEntries())));
        observer.observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => resolve(0)));
    })";

#[tokio::test]
#[ignore = "needs Chromium"]
async fn bytes_and_fields_are_tied_by_mouse_and_keyboard() {
    let book = Book::serve().await;
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url(FRAMES)).await;
    let tied = format!(
        "[...document.querySelectorAll('{FIGURE} .tied')].map((tied) => tied.localName).sort().join(' ')"
    );
    let both = format!("{tied} === 'a tr'");

    tab.point(&mut browser, &format!("{FIGURE} .bytes-hex a")).await;
    tab.until(&mut browser, &both).await;
    tab.point(&mut browser, "h1").await;
    tab.until(&mut browser, &format!("{tied} === ''")).await;
    tab.point(&mut browser, &format!("{FIGURE} tr.field .digits")).await;
    tab.until(&mut browser, &both).await;
    tab.point(&mut browser, "h1").await;

    tab.eval(&mut browser, &format!("document.querySelector('{FIGURE} .bytes-hex a').focus()"))
        .await;
    tab.until(&mut browser, &both).await;
    let focus = "document.activeElement.hash";
    let first = tab.eval(&mut browser, focus).await;
    tab.press(&mut browser, "ArrowRight").await;
    tab.until(&mut browser, &format!("{focus} !== {first} && {both}")).await;
    tab.press(&mut browser, "Home").await;
    tab.until(&mut browser, &format!("{focus} === {first}")).await;
    // One step to the table, and a field is as good as its bytes.
    tab.press(&mut browser, "Tab").await;
    tab.press(&mut browser, "Tab").await;
    tab.until(&mut browser, "document.activeElement.closest('tbody th') !== null").await;
    tab.press(&mut browser, "ArrowDown").await;
    tab.until(&mut browser, &both).await;
    tab.press(&mut browser, "Enter").await;
    tab.until(&mut browser, "document.querySelector('tbody tr:target') !== null").await;
    browser.had_no_complaints();
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_deep_link_leads_to_its_field() {
    let book = Book::serve().await;
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url(FRAMES)).await;
    let row = format!("document.querySelector('{FIGURE} tbody tr:last-child').id");
    let id = tab.eval(&mut browser, &row).await;
    let url = book.url(&format!("{FRAMES}#{}", id.as_str().unwrap()));
    let mut other = browser.open(&url).await;
    let lands = format!(
        "(() => {{
            const row = document.querySelector('tr:target');
            const {{ top, bottom }} = row.getBoundingClientRect();
            return row.id === {id} && top > 0 && bottom < innerHeight;
        }})()"
    );
    other.until(&mut browser, &lands).await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn search_finds_words_in_english_and_korean() {
    let book = Book::serve().await;
    let page = book.page("07-frames.md");
    let text = fs::read_to_string(&page).unwrap();
    // Whatever the chapters say, here is a word with an ending behind it.
    fs::write(&page, format!("{text}\n## A test\n\n프레임나무에서 wombat 사과를 먹는다.\n"))
        .unwrap();
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url(FRAMES)).await;
    tab.until(&mut browser, "document.querySelector('main').textContent.includes('wombat')").await;
    for words in ["wombat", "프레임나무", "나무에서", "wombat 사과", "masking"] {
        tab.go(&mut browser, &book.url("")).await;
        tab.press(&mut browser, "/").await;
        tab.until(&mut browser, "document.activeElement.id === 'mdbook-searchbar'").await;
        tab.write(&mut browser, words).await;
        // The search listens to keys; what was inserted needs one more.
        tab.press(&mut browser, "End").await;
        let found =
            "document.querySelector('#mdbook-searchresults a')?.href.includes('07-frames.html')";
        tab.until(&mut browser, found).await;
    }
    browser.had_no_complaints();
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn an_open_page_follows_its_source() {
    let book = Book::serve().await;
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url(FRAMES)).await;
    tab.until(&mut browser, "document.querySelector('#live') !== null").await;
    let page = book.page("07-frames.md");
    let text = fs::read_to_string(&page).unwrap();

    fs::write(&page, format!("{text}\nA wombat.\n")).unwrap();
    let says = |word| format!("document.querySelector('main').textContent.includes('{word}')");
    tab.until(&mut browser, &says("A wombat.")).await;

    fs::write(&page, format!("{text}\n{{{{#bytes no/such.hex}}}}\n")).unwrap();
    let complains = "document.querySelector('#live').textContent.includes('no/such.hex')";
    tab.until(&mut browser, complains).await;
    assert_eq!(tab.eval(&mut browser, &says("A wombat.")).await, true, "the last good one stays");

    fs::write(&page, format!("{text}\nTwo wombats.\n")).unwrap();
    tab.until(&mut browser, &says("Two wombats.")).await;
    tab.until(&mut browser, "document.querySelector('#live').textContent === ''").await;
    browser.had_no_complaints();
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn what_is_typed_is_answered() {
    let book = Book::serve().await;
    let mut browser = Browser::start().await;

    let mut tab = browser.open(&book.url("06-handshake.html")).await;
    let shows = |text: &str| {
        format!("document.querySelector('.try').textContent.includes({})", json!(text))
    };
    tab.until(&mut browser, &shows("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")).await;
    tab.eval(&mut browser, "document.querySelector('.try input').select()").await;
    tab.write(&mut browser, "x3JJHMbDL1EzLkh9GBhXDw==").await;
    tab.until(&mut browser, &shows("HSmrc0sMlYUkAGmm5OPpG2HaGWk=")).await;
    tab.write(&mut browser, "!").await;
    tab.until(&mut browser, &shows("a server refuses this key")).await;

    tab.go(&mut browser, &book.url(FRAMES)).await;
    let reserved = "document.querySelector('.try [data-bit=\"3\"]')";
    tab.until(&mut browser, &format!("{reserved}.textContent === '0'")).await;
    tab.eval(&mut browser, &format!("{reserved}.focus()")).await;
    tab.press(&mut browser, " ").await;
    tab.until(&mut browser, &format!("{reserved}.textContent === '1'")).await;
    tab.until(&mut browser, &shows("frame/reserved-bits")).await;
    tab.until(&mut browser, &format!("{reserved} === document.activeElement")).await;
    browser.had_no_complaints();
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn without_scripts_everything_can_be_read() {
    let book = Book::serve().await;
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url("toc.html")).await;
    tab.call(&mut browser, "Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    tab.go(&mut browser, &book.url(FRAMES)).await;
    let sees = "document.querySelector('.try').innerText.includes('cargo explore')
        && document.querySelector('.bytes table').checkVisibility()
        && document.querySelector('noscript a') !== null";
    tab.until(&mut browser, sees).await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_static_site_works_from_any_web_server() {
    let book = Book::serve().await;
    let site = book.build().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(Server::default().serve(listener, Files::new(site), std::future::pending()));

    let mut browser = Browser::start().await;
    let mut tab = browser.open(&format!("{url}{FRAMES}")).await;
    tab.until(&mut browser, "document.querySelector('.try').innerText.includes('cargo explore')")
        .await;
    tab.point(&mut browser, &format!("{FIGURE} .bytes-hex a")).await;
    tab.until(&mut browser, &format!("document.querySelector('{FIGURE} tr.tied') !== null")).await;
    tab.go(&mut browser, &format!("{url}index.html?search=mask")).await;
    tab.until(&mut browser, "document.querySelector('#mdbook-searchresults a') !== null").await;
    browser.had_no_complaints();
}
