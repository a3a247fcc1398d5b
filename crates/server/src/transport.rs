//! The line to one peer: everything that is said is written before anything is read.
//!
//! ```text
//!            ┌────────────── one turn ──────────────┐
//! machine ──►│ write transmit() whole ─► read once  │──► machine.receive
//!            └──────────────────────────────────────┘
//! ```
//!
//! One read may bring sixteen frames or requests. All of them are answered before
//! the next turn, and so leave in one write, messages that are shared with other
//! connections as pieces of it. And because nothing is read while
//! something waits to be written, a peer that does not listen is not listened to:
//! its bytes stay in its own kernel. Whoever always has something to say gives way to
//! the others now and then.
//!
//! The read buffer belongs to the thread, not to the connection: ten thousand
//! silent connections need none.

use crate::{
    Error,
    deadline::{Pace, Timer},
    shutdown::{Ear, Stage},
};
use std::{
    cell::RefCell,
    fmt,
    future::Future,
    io::{self, IoSlice},
    net::SocketAddr,
    pin::{Pin, pin},
    task::{Context, Poll, Waker, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::OwnedSemaphorePermit,
    task::yield_now,
    time::Instant,
};

/// A stream of bytes in both directions: TCP, TLS, or a pipe in a test.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static> Stream for S {}

/// A machine of the ground, as the transport sees it.
pub(crate) trait Machine {
    fn receive(&mut self, bytes: &[u8]);
    fn end(&mut self);
    fn transmit(&self) -> &[u8];
    fn transmitted(&mut self, len: usize);

    /// Whether more waits behind [`transmit`](Machine::transmit).
    fn has_pieces(&self) -> bool {
        false
    }

    /// What waits, piece by piece, as far as there is room for it; gives how many these are.
    fn gather<'m>(&'m self, pieces: &mut [IoSlice<'m>]) -> usize {
        pieces[0] = IoSlice::new(self.transmit());
        1
    }
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The machine has this many bytes more.
    Received(usize),
    /// The peer says nothing more.
    Ended,
    /// The server stops. Told once.
    Draining,
    /// It is the deadline, and the peer said nothing.
    TimedOut,
}

/// Who is at the other end, and what came before the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Where it is.
    pub address: SocketAddr,
    /// Whether TLS is in between.
    pub secure: bool,
}

pub(crate) struct Transport {
    stream: Box<dyn Stream>,
    pub(crate) peer: Peer,
    ear: Option<Ear>,
    /// Whether the machine was told that the server stops.
    told: bool,
    timer: Timer,
    pace: Pace,
    /// Since when the peer does not take what is written, and how much it took since.
    blocked: Option<(Instant, u64)>,
    /// Whether something was written since the last flush.
    unflushed: bool,
    /// How many bytes were taken since others had their turn.
    taken: usize,
    /// The place among the connections of the server, free when this is dropped.
    _place: Option<OwnedSemaphorePermit>,
}

/// How much is read at once.
const READ: usize = 64 << 10;

/// How many pieces are written at once.
const PIECES: usize = 64;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ].into());
}

impl Transport {
    pub(crate) fn new(stream: impl Stream, peer: Peer, pace: Pace) -> Self {
        Transport {
            stream: Box::new(stream),
            peer,
            ear: None,
            told: false,
            timer: Timer::default(),
            pace,
            blocked: None,
            unflushed: false,
            taken: 0,
            _place: None,
        }
    }

    /// The same as one of a server's connections.
    pub(crate) fn of_server(mut self, ear: Ear, place: OwnedSemaphorePermit) -> Self {
        self.ear = Some(ear);
        self._place = Some(place);
        self
    }

    /// Whether the server stops.
    pub(crate) fn is_draining(&self) -> bool {
        self.ear.as_ref().is_some_and(|ear| ear.stage() >= Stage::Draining)
    }

    /// The next machine has not heard that the server stops.
    pub(crate) fn tell_again(&mut self) {
        self.told = false;
    }

    /// Waits until the server stops.
    pub(crate) async fn draining(&mut self) {
        std::future::poll_fn(|context| {
            let stage = self.ear.as_mut().map_or(Stage::Running, |ear| ear.poll(context));
            if stage == Stage::Running { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }

    /// Writes all there is to write, then reads once.
    ///
    /// # Errors
    /// The line broke, the peer did not take what was written, or the server is over.
    pub(crate) async fn turn(
        &mut self,
        machine: &mut impl Machine,
        until: Option<Instant>,
    ) -> Result<Turn, Error> {
        std::future::poll_fn(|context| self.poll_turn(machine, until, context)).await
    }

    pub(crate) fn poll_turn(
        &mut self,
        machine: &mut impl Machine,
        until: Option<Instant>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Turn, Error>> {
        let stage = self.ear.as_mut().map_or(Stage::Running, |ear| ear.poll(context));
        if stage == Stage::Over {
            return Poll::Ready(Err(Error::Stopped));
        }
        ready!(self.poll_flush(machine, context))?;
        ready!(self.poll_give_way(context));
        if let Poll::Ready(read) = self.poll_receive(machine, context) {
            return Poll::Ready(read.map_err(Error::Io));
        }
        if stage == Stage::Draining && !self.told {
            self.told = true;
            return Poll::Ready(Ok(Turn::Draining));
        }
        match until {
            Some(until) => self.timer.poll(until, context).map(|()| Ok(Turn::TimedOut)),
            None => Poll::Pending,
        }
    }

    /// Writes all there is to write.
    ///
    /// # Errors
    /// As [`turn`](Self::turn).
    pub(crate) async fn flush(&mut self, machine: &mut impl Machine) -> Result<(), Error> {
        std::future::poll_fn(|context| {
            if self.ear.as_mut().is_some_and(|ear| ear.poll(context) == Stage::Over) {
                return Poll::Ready(Err(Error::Stopped));
            }
            self.poll_flush(machine, context)
        })
        .await
    }

    fn poll_flush(
        &mut self,
        machine: &mut impl Machine,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        while !machine.transmit().is_empty() {
            match self.poll_write(machine, context) {
                Poll::Ready(Ok(0)) => {
                    return Poll::Ready(Err(Error::Io(io::ErrorKind::WriteZero.into())));
                }
                Poll::Ready(written) => {
                    let len = written.map_err(Error::Io)?;
                    machine.transmitted(len);
                    self.unflushed = true;
                    if let Some((_, taken)) = &mut self.blocked {
                        *taken += len as u64;
                    }
                }
                Poll::Pending => {
                    let (since, taken) = *self.blocked.get_or_insert_with(|| (Instant::now(), 0));
                    ready!(self.timer.poll(self.pace.deadline(since, taken), context));
                    return Poll::Ready(Err(Error::SlowReader));
                }
            }
        }
        self.blocked = None;
        if self.unflushed {
            // TCP has nothing to flush; TLS may.
            ready!(Pin::new(&mut self.stream).poll_flush(context)).map_err(Error::Io)?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes once, all pieces together.
    fn poll_write(
        &mut self,
        machine: &impl Machine,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.stream);
        if !machine.has_pieces() {
            return stream.poll_write(context, machine.transmit());
        }
        let mut pieces = [IoSlice::new(&[]); PIECES];
        let count = machine.gather(&mut pieces);
        stream.poll_write_vectored(context, &pieces[..count])
    }

    /// Writes what the line takes without waiting.
    pub(crate) fn write_now(&mut self, machine: &mut impl Machine) {
        let mut context = Context::from_waker(Waker::noop());
        while !machine.transmit().is_empty() {
            match self.poll_write(machine, &mut context) {
                Poll::Ready(Ok(len @ 1..)) => machine.transmitted(len),
                Poll::Ready(_) | Poll::Pending => return,
            }
        }
        _ = Pin::new(&mut self.stream).poll_flush(&mut context);
    }

    fn poll_receive(
        &mut self,
        machine: &mut impl Machine,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Turn>> {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut scratch = ReadBuf::new(scratch);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut scratch));
            Poll::Ready(match (read, scratch.filled()) {
                (Ok(()), []) => {
                    machine.end();
                    Ok(Turn::Ended)
                }
                (Ok(()), bytes) => {
                    self.taken += bytes.len();
                    machine.receive(bytes);
                    Ok(Turn::Received(bytes.len()))
                }
                (Err(error), _) => {
                    machine.end();
                    match error.kind() {
                        // TLS without its goodbye. Whether the peer had said all it
                        // wanted to, HTTP and WebSocket know by themselves.
                        io::ErrorKind::UnexpectedEof => Ok(Turn::Ended),
                        _ => Err(error),
                    }
                }
            })
        })
    }

    /// Lets others go first, if this peer has kept us busy.
    pub(crate) async fn give_way(&mut self) {
        std::future::poll_fn(|context| self.poll_give_way(context)).await;
    }

    fn poll_give_way(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.taken < READ {
            return Poll::Ready(());
        }
        self.taken = 0;
        // Polled once, it has us woken when the runtime has looked at all sockets.
        _ = pin!(yield_now()).poll(context);
        Poll::Pending
    }

    /// A message that was this long is work, too, however few bytes brought it.
    pub(crate) fn took(&mut self, bytes: usize) {
        self.taken += bytes;
    }

    /// Says that we say nothing more.
    ///
    /// # Errors
    /// The line broke.
    pub(crate) async fn shut_down(&mut self) -> Result<(), Error> {
        let shut =
            std::future::poll_fn(|context| Pin::new(&mut self.stream).poll_shutdown(context));
        shut.await.map_err(Error::Io)
    }

    /// Ends the connection so that the peer can read our last words.
    ///
    /// A socket that is closed with unread bytes in it makes the kernel send a
    /// reset, which may overtake the answer on its way through the peer's kernel
    /// (RFC 9112 9.6). So we say that we are done, and read on for a moment.
    pub(crate) async fn linger(&mut self, machine: &mut impl Machine) -> Result<(), Error> {
        self.flush(machine).await?;
        self.shut_down().await?;
        self.told = true;
        let until = Instant::now() + LINGER_TIME;
        let mut ignored = Ignored;
        let mut left = LINGER_BYTES;
        while let Turn::Received(len) = self.turn(&mut ignored, Some(until)).await? {
            left = left.saturating_sub(len);
            if left == 0 || Instant::now() >= until {
                break;
            }
        }
        Ok(())
    }
}

/// How long, and how much, is read for nothing at the end.
const LINGER_TIME: std::time::Duration = std::time::Duration::from_secs(2);
const LINGER_BYTES: usize = 16 << 20;

/// Takes bytes, and does nothing with them.
struct Ignored;

impl Machine for Ignored {
    fn receive(&mut self, _: &[u8]) {}
    fn end(&mut self) {}
    fn transmit(&self) -> &[u8] {
        &[]
    }
    fn transmitted(&mut self, _: usize) {}
}

impl Machine for http1::Connection {
    fn receive(&mut self, bytes: &[u8]) {
        http1::Connection::receive(self, bytes);
    }
    fn end(&mut self) {
        self.finish();
    }
    fn transmit(&self) -> &[u8] {
        http1::Connection::transmit(self)
    }
    fn transmitted(&mut self, len: usize) {
        http1::Connection::transmitted(self, len);
    }
}

impl Machine for frame::Connection {
    fn receive(&mut self, bytes: &[u8]) {
        frame::Connection::receive(self, bytes);
    }
    fn end(&mut self) {
        frame::Connection::end(self);
    }
    fn transmit(&self) -> &[u8] {
        frame::Connection::transmit(self)
    }
    fn transmitted(&mut self, len: usize) {
        frame::Connection::transmitted(self, len);
    }
    fn has_pieces(&self) -> bool {
        self.transmit().len() < self.waiting()
    }
    fn gather<'m>(&'m self, pieces: &mut [IoSlice<'m>]) -> usize {
        let filled = pieces.iter_mut().zip(self.pieces());
        filled.map(|(slice, piece)| *slice = IoSlice::new(piece)).count()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("peer", &self.peer).finish_non_exhaustive()
    }
}
