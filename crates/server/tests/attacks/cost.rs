//! What attacks cost: the memory and the time of the attacked server.
//!
//! A [`Child`] is the same server as a process of its own, and Linux says what a
//! process costs.

mod child;
mod descriptors;
mod flood;
mod fragments;
mod head;
mod inflate;

use child::Child;
use std::time::Duration;

/// Sees that four times the attack costs about four times the processor's time.
/// Other programs disturb the measure, so it has three tries.
async fn grows_linearly(attack: &str, child: &Child, throw: impl AsyncFn(usize)) {
    let mut ratios = Vec::new();
    for _ in 0..3 {
        let mut costs = [Duration::ZERO; 2];
        for (cost, times) in costs.iter_mut().zip([1, 4]) {
            let before = child.cpu();
            throw(times).await;
            *cost = child.cpu() - before;
        }
        let [one, four] = costs.map(|cost| cost.as_secs_f64());
        // Quadratic it would be 16.
        if four < 8.0 * one {
            return;
        }
        ratios.push(four / one);
    }
    panic!("{attack}: four times as much costs {ratios:.1?} times as much");
}
