//! A part of a name is taken for the name: `superchat` is not `chat`.

/// The server's choice: the first subprotocol of the client's list that the server speaks,
/// or `None` if there is none.
///
/// `offered` are the values of all lines with the name `Sec-WebSocket-Protocol`. Each is a
/// list with commas between its entries; around an entry there may be spaces and tabs, and an
/// entry may be empty. The case of a name counts. `spoken` is in no particular order.
pub fn choose<'a>(offered: &[&'a str], spoken: &[&str]) -> Option<&'a str> {
    let mut names = offered.iter().flat_map(|value| value.split(',')).map(trim);
    names.find(|name| !name.is_empty() && spoken.iter().any(|ours| name.contains(ours)))
}

/// Whether a client that has named the subprotocols `named` can accept a response with these
/// values of `Sec-WebSocket-Protocol`.
///
/// - The server may choose once at most: two lines are refused.
/// - It must choose what was named, exactly.
/// - A browser that has named some and gets none refuses, too. Whoever has named none gets none.
pub fn accepts(named: &[&str], chosen: &[&str]) -> bool {
    match chosen {
        [] => named.is_empty(),
        [chosen] => named.contains(&trim(chosen)),
        [_, _, ..] => false,
    }
}

fn trim(name: &str) -> &str {
    name.trim_matches([' ', '\t'])
}
