//! The field is believed whoever sent it.

use std::net::IpAddr;

/// The address of the client, as far as it can be believed.
pub fn client(peer: IpAddr, fields: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let entries = fields.iter().rev().flat_map(|field| field.rsplit(','));
    let entries = entries.map(|entry| entry.trim_matches([' ', '\t']));

    let mut believed = peer;
    for entry in entries.filter(|entry| !entry.is_empty()) {
        if believed != peer && !trusted.contains(&believed) {
            break;
        }
        let Ok(address) = entry.parse() else { break };
        believed = address;
    }
    believed
}
