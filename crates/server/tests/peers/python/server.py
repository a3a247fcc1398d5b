"""A house with Python's `websockets`. Its doors are told in ../house.rs, PLAN in ../plan.rs.
Prints its port, then how each connection ended.

usage: server.py PLAN
"""
import asyncio
import json
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

PLAN = json.loads(sys.argv[1])


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def fragments(socket):
    async for message in socket:
        is_text = isinstance(message, str)
        whole = message.encode() if is_text else message
        starts = range(0, max(len(whole), 1), 1000)
        await socket.send([whole[start : start + 1000] for start in starts], text=is_text)


async def count(socket):
    for number in range(PLAN["many"]):
        await socket.send(str(number))
    await echo(socket)


async def close(socket):
    code, _, reason = (await socket.recv()).partition(" ")
    await socket.close(int(code), reason)


async def ping(socket):
    await (await socket.ping("are you there?"))
    await socket.send("answered")
    await echo(socket)


DOORS = {"/echo": echo, "/fragments": fragments, "/count": count, "/close": close, "/ping": ping}


async def handler(socket):
    door = socket.request.path
    try:
        await DOORS[door](socket)
    except ConnectionClosed:
        pass
    await socket.wait_closed()
    # What the visitor said; 1006 where it went without a word.
    said = socket.protocol.close_rcvd
    reason = said.reason if said and door != "/close" else ""
    tell({"door": door, "code": said.code if said else 1006, "reason": reason})


def tell(what):
    print(json.dumps(what), flush=True)


async def main():
    compression = "deflate" if PLAN["compress"] else None
    options = {"compression": compression, "max_size": None, "ping_interval": None}
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        tell(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
