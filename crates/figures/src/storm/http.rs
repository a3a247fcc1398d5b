//! Requests of a storm: as few as a page would send, on connections that break.

use http1::{Connection, EventKind, Limits, Method, Request};
use std::{io, net::Ipv4Addr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The client's end of HTTP.
#[derive(Debug)]
pub(super) struct Http {
    stream: TcpStream,
    machine: Connection,
    /// Of the answer that comes.
    pub(super) status: u16,
    body: Vec<u8>,
}

impl Http {
    pub(super) fn new(stream: TcpStream) -> Self {
        let machine = Connection::client(Limits { body: u64::MAX, ..Limits::default() });
        Http { stream, machine, status: 0, body: Vec::new() }
    }

    pub(super) async fn ask(&mut self, request: &Request, body: &[u8]) -> io::Result<()> {
        self.machine.ask(request, body).map_err(io::Error::other)?;
        self.flush().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        let bytes = self.machine.transmit();
        self.stream.write_all(bytes).await?;
        let len = bytes.len();
        self.machine.transmitted(len);
        Ok(())
    }

    /// The whole answer.
    pub(super) async fn answer(&mut self) -> io::Result<(u16, String)> {
        loop {
            if self.take()? {
                let body = std::mem::take(&mut self.body);
                return Ok((self.status, String::from_utf8(body).map_err(io::Error::other)?));
            }
            self.read().await?;
        }
    }

    /// The next piece of an answer without an end.
    pub(super) async fn piece(&mut self) -> io::Result<Vec<u8>> {
        loop {
            let is_over = self.take()?;
            if !self.body.is_empty() {
                return Ok(std::mem::take(&mut self.body));
            }
            if is_over {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.read().await?;
        }
    }

    /// Takes what has come; whether the answer is whole.
    fn take(&mut self) -> io::Result<bool> {
        while let Some(event) = self.machine.next_event().map_err(io::Error::other)? {
            match event.kind {
                EventKind::Response(response) => self.status = response.status,
                EventKind::Body(piece) => self.body.extend_from_slice(piece),
                EventKind::End { .. } => return Ok(true),
                _ => {}
            }
        }
        Ok(false)
    }

    async fn read(&mut self) -> io::Result<()> {
        let mut piece = [0; 16 << 10];
        match self.stream.read(&mut piece).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            len => {
                self.machine.receive(&piece[..len]);
                Ok(())
            }
        }
    }
}

/// A connection that is reset when it is dropped: nothing of it stays behind, and the
/// system does not run out of ports.
pub(super) async fn connect(port: u16) -> io::Result<(TcpStream, std::net::TcpStream)> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    stream.set_zero_linger()?;
    let stream = stream.into_std()?;
    let control = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, control))
}

/// A GET.
pub(super) fn get(target: &str) -> Request {
    Request::new(Method::GET, target).with("Host", "127.0.0.1")
}

/// Posts on a connection of its own; it may break in the middle.
pub(super) async fn post(port: u16, target: &str, body: &str, torn: bool) -> io::Result<()> {
    let (stream, _control) = connect(port).await?;
    let mut http = Http::new(stream);
    let request = Request::new(Method::POST, target).with("Host", "127.0.0.1");
    http.machine.ask(&request, body.as_bytes()).map_err(io::Error::other)?;
    if torn {
        let bytes = http.machine.transmit();
        http.stream.write_all(&bytes[..bytes.len() - body.len() / 2]).await?;
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    http.flush().await?;
    match http.answer().await?.0 {
        200 | 204 => Ok(()),
        status => expect(200, status),
    }
}

/// Whether an answer has the status that it should have.
pub(super) fn expect(wanted: u16, status: u16) -> io::Result<()> {
    match status {
        _ if status == wanted => Ok(()),
        403 | 422 | 429 => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("the server says {status}"),
        )),
        status => Err(io::Error::other(format!("the server says {status}"))),
    }
}
