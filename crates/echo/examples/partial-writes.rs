//! Writes to somebody who does not read: `cargo run -p echo --example partial-writes`.
//!
//! A write answers how many bytes it took. While the systems at both ends have
//! room for what nobody has read yet, it takes all of them; then a part; then
//! none. The programs of this crate use `write_all`, which goes on until
//! nothing is left; a thread sleeps meanwhile, and a task is put aside.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut writer = TcpStream::connect(listener.local_addr()?)?;
    let (mut reader, _) = listener.accept()?;
    // Otherwise a write would wait for the reader, which is this very thread.
    writer.set_nonblocking(true)?;

    write_until_full(&mut writer)?;
    let mut buffer = vec![0; PIECE];
    reader.read_exact(&mut buffer)?;
    println!("the reader takes {PIECE}, and so there is room again");
    write_until_full(&mut writer)
}

const PIECE: usize = 1_000_000;

fn write_until_full(writer: &mut TcpStream) -> io::Result<()> {
    let piece = vec![b'.'; PIECE];
    let mut taken = 0;
    loop {
        match writer.write(&piece) {
            Ok(len) => {
                println!("a write of {PIECE} bytes takes {len}");
                taken += len;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                println!("a write of {PIECE} bytes takes none; it took {taken} in all");
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}
