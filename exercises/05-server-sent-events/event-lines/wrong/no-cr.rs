//! A CR alone ends no line.

/// What has come and is no whole line yet.
#[derive(Debug, Default)]
pub struct Lines {
    unfinished: Vec<u8>,
    /// The last byte was a CR: an LF behind it ends no line of its own.
    after_cr: bool,
    /// The first line, which may begin with a byte order mark, has been given.
    begun: bool,
}

impl Lines {
    /// Takes the next piece of the stream and gives the lines that have ended, in order and
    /// without their ends.
    ///
    /// A line ends with LF (`0a`), with CR LF, or with CR (`0d`) alone. A line is given as soon as
    /// it is known to have ended: a CR at the end of a piece ends it, whatever comes next.
    ///
    /// A byte order mark (`ef bb bf`) at the very beginning of the stream is passed over, any
    /// later one belongs to its line. Bytes that are no UTF-8 become `�`, as
    /// [`String::from_utf8_lossy`] does it.
    pub fn receive(&mut self, piece: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for &byte in piece {
            let rest_of_cr_lf = self.after_cr && byte == b'\n';
            self.after_cr = byte == b'\r';
            match byte {
                b'\n' if rest_of_cr_lf => {}
                b'\r' => {}
                b'\n' => lines.push(self.end_line()),
                byte => self.unfinished.push(byte),
            }
        }
        lines
    }

    fn end_line(&mut self) -> String {
        let mut line = self.unfinished.as_slice();
        if !self.begun {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            self.begun = true;
        }
        let text = String::from_utf8_lossy(line).into_owned();
        self.unfinished.clear();
        text
    }
}
