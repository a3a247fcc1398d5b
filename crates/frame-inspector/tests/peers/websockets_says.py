"""Lets two ends of Python's `websockets` talk to each other, without a network.
usage: websockets_says.py SEED COUNT; prints a JSON object a conversation, one line each:

    {"writes": [["client", "474554…"], …], "said": [{"from": "client", "kind": "text", "text": "…"}, …],
     "subprotocol": "chat", "extensions": "permessage-deflate; …"}

`writes` are the bytes in the order in which they were written, `said` the messages that were asked for."""
import base64
import json
import random
import sys

from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

LETTERS = "abc xyz 안녕하세요 👋🎉 {}[]\":,\n"


class Talk:
    def __init__(self, chance):
        self.chance, self.writes, self.said = chance, [], []
        window = lambda: chance.choice([None, 9, 12, 15])
        parameters = dict(
            server_no_context_takeover=chance.random() < 0.3,
            client_no_context_takeover=chance.random() < 0.3,
            server_max_window_bits=window(),
        )
        client_window = window()
        ours = [ClientPerMessageDeflateFactory(**parameters, client_max_window_bits=client_window or True)]
        theirs = [ServerPerMessageDeflateFactory(**parameters, client_max_window_bits=client_window)]
        extensions = (ours, theirs) if chance.random() < 0.7 else (None, None)
        chat = ["chat", "superchat"] if chance.random() < 0.5 else None
        uri = parse_uri("ws://server.example.com/chat")
        client = ClientProtocol(uri, extensions=extensions[0], subprotocols=chat)
        server = ServerProtocol(extensions=extensions[1], subprotocols=chat)
        self.ends = {"client": client, "server": server}

        client.send_request(client.connect())
        self.flush("client")
        [request] = server.events_received()
        self.response = server.accept(request)
        server.send_response(self.response)
        self.flush("server")

    def flush(self, name):
        """What one end has to send reaches the other, and so on until both are silent."""
        other = "server" if name == "client" else "client"
        data = b"".join(self.ends[name].data_to_send())
        if data:
            self.writes.append([name, data.hex()])
            self.ends[other].receive_data(data)
            self.flush(other)

    def tell(self, name, kind, data):
        content = {"text": data.decode()} if kind == "text" else {"base64": base64.b64encode(data).decode()}
        self.said.append({"from": name, "kind": kind} | content)

    def say(self):
        chance, name = self.chance, self.chance.choice(["client", "server"])
        end = self.ends[name]
        size = chance.choice([0, 1, 20, 125, 126, 127, 1000, chance.randrange(5000), 65535, 65536])
        if chance.random() < 0.2:
            data = chance.randbytes(min(size, 125))
            self.tell(name, "ping", data)
            self.tell("server" if name == "client" else "client", "pong", data)
            end.send_ping(data)
        elif chance.random() < 0.5:
            # Cut to a number of bytes anywhere, also inside a letter; the letter is left out.
            data = "".join(chance.choices(LETTERS, k=size)).encode()[:size].decode(errors="ignore").encode()
            self.tell(name, "text", data)
            self.send(end.send_text, end.send_continuation, data)
        else:
            data = chance.randbytes(size) if chance.random() < 0.5 else bytes(range(256)) * (size // 256)
            self.tell(name, "binary", data)
            self.send(end.send_binary, end.send_continuation, data)
        self.flush(name)

    def send(self, first, rest, data):
        """In one frame, or in some, cut anywhere."""
        cuts = sorted(self.chance.randrange(len(data) + 1) for _ in range(self.chance.choice([0, 0, 1, 3])))
        parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)])]
        for index, part in enumerate(parts):
            (first if index == 0 else rest)(part, fin=index + 1 == len(parts))

    def close(self):
        name = self.chance.choice(["client", "server"])
        code, reason = self.chance.choice([(None, ""), (1000, ""), (1001, "bye"), (4321, "안녕히 가세요")])
        self.ends[name].send_close(code, reason)
        body = b"" if code is None else code.to_bytes(2, "big") + reason.encode()
        # The answer repeats what it answers.
        for side in (name, "server" if name == "client" else "client"):
            self.tell(side, "close", body)
        self.flush(name)


for seed in range(int(sys.argv[1]), int(sys.argv[1]) + int(sys.argv[2])):
    talk = Talk(random.Random(seed))
    for _ in range(talk.chance.randrange(12)):
        talk.say()
    talk.close()
    headers = talk.response.headers
    agreed = {
        "subprotocol": headers.get("Sec-WebSocket-Protocol"),
        "extensions": headers.get("Sec-WebSocket-Extensions"),
    }
    print(json.dumps({"writes": talk.writes, "said": talk.said} | agreed))
