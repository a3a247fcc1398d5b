//! FIN is always set, so nobody can send a message in pieces.

const FIN: u8 = 0x80;
const MASK: u8 = 0x80;

/// The header of a frame: everything that stands before its payload.
pub fn header(fin: bool, opcode: u8, key: Option<[u8; 4]>, payload: u64) -> Vec<u8> {
    let _ = fin;
    let first = FIN | opcode;
    let mask = if key.is_some() { MASK } else { 0 };

    let mut header = vec![first];
    match payload {
        0..=125 => header.push(mask | payload as u8),
        126..=0xffff => {
            header.push(mask | 126);
            header.extend((payload as u16).to_be_bytes());
        }
        _ => {
            header.push(mask | 127);
            header.extend(payload.to_be_bytes());
        }
    }
    header.extend(key.into_iter().flatten());
    header
}
