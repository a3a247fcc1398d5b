//! Counts in the captures of a chat what each of its doors costs.

use figures::doors::Costs;
use std::{env, error::Error, fs, path::Path};

/// Where the book has them.
const PAGES: [&str; 2] = ["book/data/doors.md", "book/data/doors.json"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| fs::read(root.join("fixtures/captures").join(name));
    let costs = Costs::of(|name| read(name).map_err(Box::<dyn Error>::from))?;
    print!("{costs}");
    if env::var_os("BLESS").is_some() {
        for (page, text) in PAGES.into_iter().zip([costs.to_string(), costs.json()]) {
            fs::write(root.join(page), text)?;
        }
        for (pace, chart) in costs.charts() {
            fs::write(root.join(format!("book/data/doors-{pace}.svg")), chart)?;
        }
    }
    Ok(())
}
