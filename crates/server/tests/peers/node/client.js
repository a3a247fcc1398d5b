// A visitor with Node's `ws`: goes through every door of a house, and fails where
// something is not as it should be. The doors are told in ../house.rs, PLAN in ../plan.rs.
// usage: client.js ws://HOST:PORT PLAN
'use strict';
const assert = require('node:assert/strict');
const { on, once } = require('node:events');
const { WebSocket } = require('ws');
const { text, bytes } = require('./payload');

const [url, argument] = process.argv.slice(2);
const plan = JSON.parse(argument);

// An open socket, with what comes from it in the order in which it comes.
async function open(door) {
  const socket = new WebSocket(url + door, { perMessageDeflate: plan.compress && { threshold: 0 } });
  const messages = on(socket, 'message');
  const closed = once(socket, 'close').then(([code, reason]) => [code, reason.toString()]);
  await once(socket, 'open');
  assert.equal(socket.extensions.includes('permessage-deflate'), plan.compressed, door);
  const next = async () => {
    const { value: [data, isBinary] } = await messages.next();
    return isBinary ? data : data.toString();
  };
  return { socket, next, closed };
}

async function echoes({ socket, next, closed }) {
  for (const size of plan.sizes) {
    for (const message of [text(size), bytes(size)]) {
      socket.send(message);
      assert.deepEqual(await next(), message, `${typeof message} of ${size} bytes`);
    }
  }
  await goodbye({ socket, closed }, 1000, '');
}

async function many({ socket, next, closed }) {
  for (let number = 0; number < plan.many; number += 1) socket.send(`메시지 ${number}`);
  for (let number = 0; number < plan.many; number += 1) assert.equal(await next(), `메시지 ${number}`);
  await goodbye({ socket, closed }, 1000, '');
}

async function count({ socket, next, closed }) {
  for (let number = 0; number < plan.many; number += 1) assert.equal(await next(), String(number));
  await goodbye({ socket, closed }, 1000, '');
}

// Fragments of five bytes cut through characters; a ping may come between them.
async function fragments({ socket, next, closed }) {
  const whole = text(26);
  const buffer = Buffer.from(whole);
  for (let start = 0; start < buffer.length; start += 5) {
    const fin = start + 5 >= buffer.length;
    socket.send(buffer.subarray(start, start + 5), { binary: false, fin });
    if (!fin) socket.ping('between');
  }
  assert.equal(await next(), whole);
  socket.send(text(65536));
  assert.equal(await next(), text(65536));
  await goodbye({ socket, closed }, 1000, '');
}

async function ping({ socket, next, closed }) {
  for (const payload of ['', 'are you there?', 'x'.repeat(125)]) {
    const pong = once(socket, 'pong');
    socket.ping(payload);
    assert.equal(String(await pong), payload);
  }
  assert.equal(await next(), 'answered');
  await goodbye({ socket, closed }, 1000, '');
}

// Closes, and looks how that is answered.
async function goodbye({ socket, closed }, code, reason) {
  socket.close(code, reason);
  assert.equal((await closed)[0], code);
}

// Asks to be sent away, and looks how that is done.
async function farewell({ socket, closed }, code, reason) {
  socket.send(`${code} ${reason}`);
  assert.deepEqual(await closed, [code, reason]);
}

async function visit() {
  await echoes(await open('/echo'));
  await many(await open('/echo'));
  await count(await open('/count'));
  await fragments(await open('/fragments'));
  await ping(await open('/ping'));
  for (const [code, reason] of plan.goodbyes) await goodbye(await open('/echo'), code, reason);
  for (const [code, reason] of plan.farewells) await farewell(await open('/close'), code, reason);
  (await open('/echo')).socket.terminate(); // without a word
  assert.deepEqual(await (await open('/stay')).closed, plan.stops);
}

visit();
