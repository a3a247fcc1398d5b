"""A visitor with Python's `websockets`: goes through every door of a house, and fails where
something is not as it should be. The doors are told in ../house.rs, PLAN in ../plan.rs.

usage: client.py ws://HOST:PORT PLAN
"""
import asyncio
import contextlib
import json
import sys

from payload import octets, text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

URL, PLAN = sys.argv[1], json.loads(sys.argv[2])


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r:.200}, wanted {wanted!r:.200}")


@contextlib.asynccontextmanager
async def opened(door):
    compression = "deflate" if PLAN["compress"] else None
    options = {"compression": compression, "max_size": None, "ping_interval": None, "proxy": None}
    async with connect(URL + door, **options) as socket:
        extensions = socket.response.headers.get("Sec-WebSocket-Extensions", "")
        equal("permessage-deflate" in extensions, PLAN["compressed"])
        yield socket


async def echoes(socket):
    for size in PLAN["sizes"]:
        for message in [text(size), octets(size)]:
            await socket.send(message)
            equal(await socket.recv(), message)


async def many(socket):
    sending = asyncio.create_task(send_many(socket))
    for number in range(PLAN["many"]):
        equal(await socket.recv(), f"메시지 {number}")
    await sending


async def send_many(socket):
    for number in range(PLAN["many"]):
        await socket.send(f"메시지 {number}")


async def count(socket):
    for number in range(PLAN["many"]):
        equal(await socket.recv(), str(number))


async def fragments(socket):
    """Fragments of five bytes cut through characters."""
    whole = text(26).encode()
    await socket.send([whole[start : start + 5] for start in range(0, len(whole), 5)], text=True)
    equal(await socket.recv(), text(26))
    await socket.send(octets(65536))
    frames = [frame async for frame in socket.recv_streaming()]
    equal(b"".join(frames), octets(65536))
    if not PLAN["compressed"]:
        equal(len(frames), 66)


async def ping(socket):
    for payload in ["", "are you there?", "x" * 125]:
        await (await socket.ping(payload))
    equal(await socket.recv(), "answered")


async def goodbye(socket, code, reason):
    """Closes, and looks how that is answered."""
    await socket.close(code, reason)
    equal(socket.close_code, code)


async def farewell(socket, code, reason):
    """Asks to be sent away, and looks how that is done."""
    await socket.send(f"{code} {reason}")
    try:
        raise AssertionError(await socket.recv())
    except ConnectionClosed as closed:
        equal([closed.rcvd.code, closed.rcvd.reason], [code, reason])


async def visit():
    for door, look in [("/echo", echoes), ("/echo", many), ("/count", count), ("/fragments", fragments), ("/ping", ping)]:
        async with opened(door) as socket:
            await look(socket)
            await goodbye(socket, 1000, "")
    for code, reason in PLAN["goodbyes"]:
        async with opened("/echo") as socket:
            await goodbye(socket, code, reason)
    for code, reason in PLAN["farewells"]:
        async with opened("/close") as socket:
            await farewell(socket, code, reason)
    async with opened("/echo") as socket:
        socket.transport.abort()  # without a word
    async with opened("/stay") as socket:
        await socket.wait_closed()
        equal([socket.close_code, socket.close_reason], PLAN["stops"])


asyncio.run(visit())
