//! For everybody: what axe finds wrong, which is nothing, and no page wider than a phone.

use crate::{book::Book, pages};
use devtools::{Browser, Tab};
use serde_json::{Value, json};
use std::{env, fs, path::PathBuf};

#[tokio::test]
#[ignore = "needs Chromium and axe-core"]
async fn axe_finds_nothing_in_light_and_dark_on_a_desk_and_on_a_phone() {
    let axe = axe();
    let book = Book::serve().await;
    let mut browser = Browser::start().await;
    let mut tab = browser.open(&book.url("")).await;
    let mut found = Vec::new();
    for page in pages(&book, &mut browser, &mut tab).await {
        for (width, height) in [(1280, 900), (390, 844)] {
            for scheme in ["light", "dark"] {
                tab.show(&mut browser, width, height, scheme).await;
                tab.go(&mut browser, &book.url(&page)).await;
                let place = format!("{page}, {width} wide, {scheme}");
                let wide =
                    "document.scrollingElement.scrollWidth - document.documentElement.clientWidth";
                assert_eq!(tab.eval(&mut browser, wide).await, 0, "{place}: wider than its window");
                tab.eval(&mut browser, &axe).await;
                let violations = violations(&mut browser, &mut tab).await;
                if violations != json!([]) {
                    found.push(format!("{place}: {violations:#}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    browser.had_no_complaints();
}

async fn violations(browser: &mut Browser, tab: &mut Tab) -> Value {
    let run = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(
        ({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html, failureSummary }) => [html.slice(0, 200), failureSummary])]))";
    tab.eval(browser, run).await
}

/// axe-core, as npm has installed it.
fn axe() -> String {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/tests/peers/node/node_modules");
    let modules = env::var_os("PEERS_NODE_MODULES").map_or_else(|| beside.into(), PathBuf::from);
    let file = modules.join("axe-core/axe.min.js");
    fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. This test needs the packages of crates/server/tests/peers/node: npm ci there \
             (or elsewhere, and PEERS_NODE_MODULES names the node_modules)",
            file.display()
        )
    })
}
