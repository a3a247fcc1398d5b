//! The first entry is believed, which is the one that anybody can write.

use std::net::IpAddr;

/// The address of the client, as far as it can be believed.
pub fn client(peer: IpAddr, fields: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let entries = fields.iter().rev().flat_map(|field| field.rsplit(','));
    let entries = entries.map(|entry| entry.trim_matches([' ', '\t']));

    if !trusted.contains(&peer) {
        return peer;
    }
    entries.filter_map(|entry| entry.parse().ok()).last().unwrap_or(peer)
}
