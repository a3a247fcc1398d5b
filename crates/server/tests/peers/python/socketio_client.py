# A client with `python-socketio`: fails where something is not as it should be.
# What the server does is told in ../../socketio/clients.rs.
# usage: socketio_client.py http://HOST:PORT polling|websocket|upgrade
import sys
from queue import Queue

import socketio

url, way = sys.argv[1:]
transports = ["polling", "websocket"] if way == "upgrade" else [way]

MESSAGES = [
    ["hello"],
    ["메시지 😀"],
    [1, -2.5, True, None, {"a": [{}]}],
    [bytes([1, 2, 3])],
    [{"name": "dots", "pages": [b"", b"\x07" * 100_000]}, "behind"],
    ["x" * 200_000],
]


def ask(client, event, message):
    answers = Queue()
    client.emit(event, tuple(message), callback=lambda *answer: answers.put(list(answer)))
    return answers.get(timeout=30)


def refusal(path):
    client, errors = socketio.Client(reconnection=False), Queue()
    client.on("connect_error", errors.put, namespace=path)
    try:
        client.connect(url, transports=transports, namespaces=[path])
    except socketio.exceptions.ConnectionError:
        return errors.get(timeout=30)
    raise AssertionError(f"{path} let it in")


client, heard = socketio.Client(reconnection=False), Queue()
client.on("auth", heard.put)
client.on("echoed", lambda *all: heard.put(list(all)))
client.on("question", lambda *all: tuple(reversed(all)))
client.connect(url, transports=transports, auth={"token": "sesame"}, wait=True)
assert heard.get(timeout=30) == {"token": "sesame"}
assert client.transport() == transports[-1], client.transport()
for message in MESSAGES:
    assert ask(client, "echo", message) == message
    assert heard.get(timeout=30) == message
    assert ask(client, "ask me", message) == message[::-1]
assert refusal("/closed") == {"message": "not authorized", "data": {"ask": "later"}}
assert refusal("/nowhere")["message"] == "Invalid namespace"
client.disconnect()
