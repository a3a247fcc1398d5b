// A client with `socket.io-client`: fails where something is not as it should be.
// What the server does is told in ../../socketio/clients.rs.
// usage: socketio.js http://HOST:PORT talk|recover|survive polling|websocket|upgrade
'use strict';
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { io } = require('socket.io-client');

const [url, scene, way] = process.argv.slice(2);
const transports = way === 'upgrade' ? ['polling', 'websocket'] : [way];
const last = transports.at(-1);

function open(path = '/', options = {}) {
  return io(url + path, { transports, forceNew: true, reconnectionDelay: 10, ...options });
}

// The next event of this name, with all its arguments.
const hear = (socket, event) => new Promise((resolve) => socket.once(event, (...all) => resolve(all)));

// Sends an event, and gives all arguments of its acknowledgement.
const ask = (socket, ...all) => new Promise((resolve) => socket.emit(...all, (...answer) => resolve(answer)));

const MESSAGES = [
  [],
  ['hello'],
  ['메시지 😀 \u001e'],
  [1, -2.5, true, null, { a: [{}], '': 'no name' }],
  [Buffer.from([1, 2, 3])],
  [{ name: 'dots', pages: [Buffer.alloc(0), Buffer.alloc(100_000, 7)] }, 'behind'],
  ['x'.repeat(200_000)],
];

async function talk() {
  const socket = open('/', { auth: { token: 'sesame' } });
  const [auth] = await hear(socket, 'auth');
  assert.deepEqual(auth, { token: 'sesame' });
  assert.ok(!socket.recovered);
  const { engine } = socket.io;
  if (engine.transport.name !== last) await once(engine, 'upgrade');
  assert.equal(engine.transport.name, last);

  for (const message of MESSAGES) {
    const echoed = hear(socket, 'echoed');
    assert.deepEqual(await ask(socket, 'echo', ...message), message);
    assert.deepEqual(await echoed, message);
    socket.once('question', (...all) => all.pop()(...all.reverse()));
    assert.deepEqual(await ask(socket, 'ask me', ...message), [...message].reverse());
  }

  const numbers = Array.from({ length: 500 }, (_, number) => number);
  const heard = [];
  socket.on('echoed', (number) => heard.push(number));
  await Promise.all(numbers.map((number) => ask(socket, 'echo', number)));
  assert.deepEqual(heard, numbers);

  const other = open();
  await hear(other, 'auth');
  await ask(other, 'join', 'lobby');
  socket.emit('tell', 'nobody', 'lost');
  socket.emit('tell', 'lobby', 'hello', Buffer.from([1]));
  assert.deepEqual(await hear(other, 'told'), ['hello', Buffer.from([1])]);
  other.emit('leave me');
  assert.deepEqual((await hear(other, 'disconnect'))[0], 'io server disconnect');

  other.disconnect();

  const refused = await refusal('/closed');
  assert.deepEqual([refused.message, refused.data], ['not authorized', { ask: 'later' }]);
  assert.equal((await refusal('/nowhere')).message, 'Invalid namespace');
  socket.disconnect();
}

async function refusal(path) {
  const socket = open(path);
  const [error] = await hear(socket, 'connect_error');
  socket.disconnect();
  return error;
}

async function recover() {
  const socket = open();
  await hear(socket, 'first');
  const { id } = socket;
  for (let time = 0; time < 3; time += 1) {
    const missed = hear(socket, 'missed');
    const connected = hear(socket, 'connect');
    socket.io.engine.close();
    await connected;
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    await missed;
  }
  socket.disconnect();
}

async function survive() {
  const socket = open();
  await hear(socket, 'auth');
  const { id } = socket;
  console.log('here');
  await hear(socket, 'disconnect');
  const back = hear(socket, 'auth');
  console.log('alone');
  await back;
  assert.notEqual(socket.id, id);
  assert.deepEqual(await ask(socket, 'message-with-ack', 'still there?'), ['still there?']);
  socket.disconnect();
}

// It ends when its last connection does.
({ talk, recover, survive })[scene]().catch((error) => {
  console.error(error);
  process.exit(1);
});
