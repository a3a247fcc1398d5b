//! Of several lines in a piece only the first is given.

/// What has come and is no whole line yet.
#[derive(Debug, Default)]
pub struct Lines {
    unfinished: Vec<u8>,
}

impl Lines {
    /// Takes the next piece of the stream and gives the lines that are whole now, in order.
    ///
    /// A line ends with a line feed (LF, `0a`). The line feed does not belong to the line,
    /// and neither does a carriage return (CR, `0d`) directly before it; any other CR
    /// does. A line may be empty. Bytes that are no UTF-8 become `�`, as
    /// [`String::from_utf8_lossy`] does it.
    pub fn receive(&mut self, piece: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            self.unfinished.extend_from_slice(part);
            if let Some(line) = self.unfinished.strip_suffix(b"\n") {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                lines.push(String::from_utf8_lossy(line).into_owned());
                self.unfinished.clear();
            }
        }
        lines.truncate(1);
        lines
    }

    /// The stream has ended: gives what came behind the last line feed, if anything did.
    pub fn finish(self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.unfinished).into_owned();
        (!text.is_empty()).then_some(text)
    }
}
