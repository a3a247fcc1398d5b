#!/bin/sh
# Measures everything, and prints the README of this crate with the results:
#   sh crates/figures/measure.sh > README.new && mv README.new crates/figures/README.md
# About a quarter of an hour; tshark, hold and storm take most of it.
set -eu
cd "$(dirname "$0")/../.."

# Prints a command as the reader would type it, runs it, and prints its table.
table() {
    printf '    cargo run --release --package figures --bin %s\n\n' "$*"
    program=$1
    shift
    if [ "${1-}" = -- ]; then shift; fi
    cargo run --quiet --release --package figures --bin "$program" -- "$@"
    echo
}

cat <<'END'
# Figures

What our crates cost beside well-known programs. `sh crates/figures/measure.sh` measures
it all again and prints this page; no number on it was typed.

- All times are CPU time, user and system together: the best of several rounds in which the
  programs take turns. Ratios of one table can be compared; times of another machine cannot.
- **×** says how many times less CPU time a program takes than the one named beside it.
- Not installed, `tshark` is left out (Debian: `apt install tshark`). Its turn is the same work
  as far as it goes: every WebSocket frame, unmasked, with its payload.

## A frame in memory

Masked frames come from a source as from a socket, with one copy, and become messages: the
header decoded, the payload unmasked, text checked. `memcpy` and `copy + xor` are bounds: they
copy and unmask, and do nothing else. Of ours, `frame::Decoder` is what the inspector uses,
`frame::Connection` the machine of a server; the last two columns say how many times less CPU
time the faster of them takes than the best of the three libraries, and than the bound. ASCII is
text of one byte a character; text has longer characters in every line.

END
table decode

cat <<'END'
## A capture

`make-capture` writes what a network card of a chat server sees: connections from SYN to the
last FIN, mixed with each other, messages of 20 bytes to 4 KiB and some of 16 to 64 KiB, of
which 70 % are text, in packets of at most 1,448 bytes. `--json` prints every payload.
Without options the inspector draws the conversation.

END
table inspect

echo 'Only messages of 20 to 200 bytes, where a packet costs more than its bytes:'
echo
table inspect -- --megabytes 256 --mix small
echo 'Only messages of 16 KiB to 1 MiB:'
echo
table inspect -- --megabytes 256 --mix large
echo 'A thousand connections open at the same time:'
echo
table inspect -- --megabytes 256 --connections 1000
echo 'Compressed with permessage-deflate: megabytes count before inflating.'
echo
table inspect -- --megabytes 64 --deflate

cat <<'END'
## A server

Each server is a process on a processor of its own, and serves on one thread; the load takes
another. GET is answered with 13 bytes over 64 connections that stay open; 100 WebSockets wait
for their echo before they send again, in the last case sixteen messages at once.

END
table serve

echo 'Ten thousand connections at a time, a third of which misbehave, for two minutes:'
echo
table hold

cat <<'END'
## A room

Five hundred members are in a room; ten of them speak, and all hear everything. One or eight
messages are under way: the next is said when one has reached everybody. `raw` is a bound: it
encodes a message once, writes what has queued up in one write, and checks nothing. **ours ×**
says how many times as many deliveries our room makes in a second; that is a matter of the clock
on the wall, and of an idle machine. An entry of our chat room is JSON with who spoke and when,
and so it is twice as long as what `raw` and tokio-tungstenite send.

END
table broadcast

cat <<'END'
## A storm

A thousand members of a chat speak, listen, come and go for two minutes, through all five doors.
Every eight seconds in the mean, the line of each is cut: reset, half closed, or silent without
an end; one in five messages is torn in the middle, or its line is reset before anybody knows
whether it arrived. Who comes back says token and cursor, and says again what was not heard. At
the end, all have heard what a witness has heard whose line holds, in one order, or the program
fails; so it does where the server needs more memory than it may.

END
table storm

cat <<'END'
## The doors of a chat

What goes over the wire for a message, and how long it takes, is counted in captures of our
chat, one for each transport and pace: [the tables](../../book/data/doors.md) are the book's.

    BLESS=1 cargo run --release --package figures --bin doors
END
