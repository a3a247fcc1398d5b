// The doors of a room as Node's libraries go through them. Each gives a member with all `entries` of the room as
// they come, who can `say` something, have the line `cut`, `comeBack`, and `leave`.
'use strict';
const assert = require('node:assert/strict');
const { EventEmitter, on, once } = require('node:events');
const net = require('node:net');
const { EventSource } = require('eventsource');
const { io } = require('socket.io-client');
const { WebSocket } = require('ws');

const room = (base) => `${base}/rooms/lobby`;

async function ask(method, url, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${url}: ${response.status}`);
  return response;
}

// Comes in by a request, as the doors do that are made of requests.
async function enter(base, name) {
  const response = await ask('POST', `${room(base)}/members`, { type: 'username', name });
  return { base, ...await response.json() };
}

const post = ({ base, token }, text) =>
  ask('POST', `${room(base)}/messages?token=${token}`, { type: 'message', text });

// `ws`, with the subprotocol that the room speaks. Who comes back says who they are and how far they have read.
async function websocket(base, name) {
  const told = new EventEmitter();
  const entries = on(told, 'entry');
  let socket;
  let token;
  let cursor;
  async function open(query) {
    socket = new WebSocket(`${room(base).replace('http', 'ws')}/socket?${query}`, ['chat']);
    socket.on('message', (data, isBinary) => {
      assert.ok(!isBinary);
      const entry = JSON.parse(data);
      if (entry.type === 'id') {
        assert.ok(token === undefined || token === entry.token, 'it is the same member');
        ({ token } = entry);
      }
      ({ cursor } = entry);
      told.emit('entry', entry);
    });
    await once(socket, 'open');
    assert.equal(socket.protocol, 'chat');
  }
  await open(`name=${encodeURIComponent(name)}`);
  return {
    entries,
    say: (text) => socket.send(JSON.stringify({ type: 'message', text })),
    cut() {
      socket.terminate();
      return once(socket, 'close');
    },
    comeBack: () => open(`token=${token}&since=${cursor}`),
    leave() {
      socket.close(1000);
      return once(socket, 'close');
    },
  };
}

// `eventsource`: when its line is cut it comes back by itself, and says by Last-Event-ID how far it has read.
async function eventStream(base, name) {
  const told = new EventEmitter();
  const entries = on(told, 'entry');
  const me = await enter(base, name);
  const line = await relay(new URL(base));
  const source = new EventSource(`${room(line.url)}/events?token=${me.token}`);
  source.onmessage = ({ data, lastEventId }) => {
    const entry = JSON.parse(data);
    assert.equal(lastEventId, String(entry.cursor));
    told.emit('entry', entry);
  };
  return {
    entries,
    say: (text) => post(me, text),
    async cut() {
      const cut = once(source, 'error');
      line.cut();
      await cut;
    },
    async comeBack() {
      line.mend();
      if (source.readyState !== EventSource.OPEN) await once(source, 'open');
    },
    async leave() {
      source.close();
      await ask('DELETE', `${room(base)}/members?token=${me.token}`);
    },
  };
}

// `socket.io-client`, by one transport or from the first to the last. It too comes back by itself, and says then in
// `auth` who it is and how far it has read.
const socketio = (...transports) => async (base, name) => {
  const told = new EventEmitter();
  const entries = on(told, 'entry');
  const line = await relay(new URL(base));
  let me = { name };
  let cursor;
  const auth = (say) => say({ room: 'lobby', ...me, since: cursor });
  const socket = io(line.url, { transports, auth, forceNew: true, reconnectionDelay: 10 });
  socket.onAny((type, entry) => {
    assert.equal(type, entry.type);
    if (type === 'id') me = { token: entry.token };
    ({ cursor } = entry);
    told.emit('entry', entry);
  });
  await once(socket, 'connect');
  const { engine } = socket.io;
  const last = transports.at(-1);
  if (engine.transport.name !== last) await once(engine, 'upgrade');
  assert.equal(engine.transport.name, last);
  return {
    entries,
    // The acknowledgement says nothing where all is done.
    say: async (text) => assert.equal(await socket.emitWithAck('message', { text }), undefined),
    async cut() {
      const cut = once(socket, 'disconnect');
      line.cut();
      await cut;
    },
    async comeBack() {
      line.mend();
      if (!socket.connected) await once(socket, 'connect');
    },
    leave: () => socket.disconnect(),
  };
};

// A line to the server that can be cut, and then is until it is mended.
async function relay(to) {
  const ends = new Set();
  let isCut = false;
  const server = net.createServer((near) => {
    const far = net.connect(to.port, to.hostname);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => ends.delete(end));
      if (isCut) end.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() {
      isCut = true;
      ends.forEach((end) => end.destroy());
    },
    mend() {
      isCut = false;
    },
  };
}

module.exports = {
  enter,
  post,
  websocket,
  'event-stream': eventStream,
  'socketio-polling': socketio('polling'),
  'socketio-websocket': socketio('websocket'),
  'socketio-upgrade': socketio('polling', 'websocket'),
};
