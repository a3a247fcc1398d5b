"""A member of a chat room with Python's `websockets`: fails where something is not as it should be.
What the two scenes are is told in ../main.rs.

usage: member.py http://HOST:PORT talk NAME COUNT
       member.py http://HOST:PORT return
"""
import asyncio
import json
import sys
import urllib.request
from urllib.parse import quote

from websockets.asyncio.client import connect

BASE, SCENE = sys.argv[1:3]
ROOM = f"{BASE}/rooms/lobby"
MISSED = ["하나", "zwei 🥈", "三 👨‍👩‍👧‍👦"]


class Member:
    """Who comes back says who they are and how far they have read."""

    async def open(self, query):
        url = f"{ROOM.replace('http', 'ws')}/socket?{query}"
        self.socket = await connect(url, subprotocols=["chat"], proxy=None)
        assert self.socket.subprotocol == "chat", self.socket.subprotocol
        me = await self.entry("id")
        assert me["token"] == getattr(self, "token", me["token"]), "it is the same member"
        self.token, self.cursor = me["token"], me["cursor"]

    async def entry(self, kind):
        """The next of a kind, in the order of the room."""
        while True:
            text = await self.socket.recv()
            assert isinstance(text, str), text
            entry = json.loads(text)
            assert entry["type"] not in ("lost", "refused"), entry
            self.cursor = entry["cursor"]
            if entry["type"] == kind:
                return entry

    async def say(self, text):
        await self.socket.send(json.dumps({"type": "message", "text": text}, ensure_ascii=False))

    async def hears(self, text):
        heard = (await self.entry("message"))["text"]
        assert heard == text, (heard, text)


async def talk(name, count):
    member = Member()
    await member.open(f"name={quote(name)}")
    while len((await member.entry("userlist"))["users"]) < int(count):
        pass
    await member.say(f"{name}: 안녕하세요 👋🏽")
    for _ in range(int(count)):
        print((await member.entry("message"))["text"], flush=True)
    await member.socket.close()


async def come_back():
    ada = Member()
    await ada.open("name=Ada")
    await ada.say("안녕하세요 👋🏽")
    await ada.hears("안녕하세요 👋🏽")
    ada.socket.transport.abort()
    await asyncio.to_thread(others_talk)
    await ada.open(f"token={ada.token}&since={ada.cursor}")
    for text in MISSED:
        await ada.hears(text)
    # Nothing comes twice: this is the next that is heard.
    await ada.say("still the same")
    await ada.hears("still the same")
    await ada.socket.close()


def others_talk():
    bob = json.loads(post("members", {"type": "username", "name": "Bob"}))
    for text in MISSED:
        post(f"messages?token={bob['token']}", {"type": "message", "text": text})


def post(target, wish):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{ROOM}/{target}", json.dumps(wish).encode()) as answer:
        return answer.read()


asyncio.run({"talk": talk, "return": come_back}[SCENE](*sys.argv[3:]))
