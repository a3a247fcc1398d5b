// A visitor in a browser: goes through every door of the house that this page comes from,
// and asks for things over HTTP. Reports the first thing that is not as it should be, or nothing.
// The doors are told in ../house.rs, the plan in ../plan.rs.

const plan = await (await fetch('/plan')).json();
const url = `ws://${location.host}`;

function equal(got, wanted, about) {
  const [was, should] = [got, wanted].map((value) => JSON.stringify(value));
  if (was !== should) throw new Error(`${about}: ${was.slice(0, 200)} and not ${should.slice(0, 200)}`);
}

// A text of exactly `size` bytes, with characters of one, three and four.
const text = (size) => '가👋z'.repeat(Math.floor(size / 8)) + 'x'.repeat(size % 8);

// `size` bytes, most of which are no UTF-8.
const bytes = (size) => Uint8Array.from({ length: size }, (_, index) => index * 7);

// An open socket, with what comes from it in the order in which it comes.
async function open(door) {
  const socket = new WebSocket(url + door);
  socket.binaryType = 'arraybuffer';
  const [arrived, waiting] = [[], []];
  socket.onmessage = ({ data }) => (waiting.shift() ?? ((data) => arrived.push(data)))(data);
  const closed = new Promise((resolve) => { socket.onclose = resolve; });
  const next = () => new Promise((resolve) => (arrived.length ? resolve(arrived.shift()) : waiting.push(resolve)));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`${door} does not open`));
  });
  equal(socket.extensions.includes('permessage-deflate'), plan.compressed, `${door} compresses`);
  return { socket, next, closed };
}

async function echoes({ socket, next, closed }) {
  for (const size of plan.sizes) {
    socket.send(text(size));
    equal(await next(), text(size), `a text of ${size} bytes`);
    socket.send(bytes(size));
    const echo = new Uint8Array(await next());
    equal(echo.length, size, `${size} bytes`);
    equal(echo.every((byte, index) => byte === (index * 7) % 256), true, `${size} bytes, each the same`);
  }
  await goodbye({ socket, closed }, 1000, '');
}

async function many({ socket, next, closed }) {
  for (let number = 0; number < plan.many; number += 1) socket.send(`메시지 ${number}`);
  for (let number = 0; number < plan.many; number += 1) equal(await next(), `메시지 ${number}`, 'many');
  await goodbye({ socket, closed }, 1000, '');
}

async function count({ socket, next, closed }) {
  for (let number = 0; number < plan.many; number += 1) equal(await next(), String(number), 'the count');
  await goodbye({ socket, closed }, 1000, '');
}

async function fragments({ socket, next, closed }) {
  socket.send(text(65536));
  equal(await next(), text(65536), 'a text in fragments');
  await goodbye({ socket, closed }, 1000, '');
}

async function ping({ socket, next, closed }) {
  equal(await next(), 'answered', 'pings');
  await goodbye({ socket, closed }, 1000, '');
}

// Closes, and looks how that is answered.
async function goodbye({ socket, closed }, code, reason) {
  socket.close(code, reason);
  const event = await closed;
  equal([event.code, event.wasClean], [code, true], `the end after goodbye ${code}`);
}

// Asks to be sent away, and looks how that is done.
async function farewell({ socket, closed }, code, reason) {
  socket.send(`${code} ${reason}`);
  const event = await closed;
  equal([event.code, event.reason, event.wasClean], [code, reason, true], 'the farewell');
}

async function http() {
  const body = text(1 << 20);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const response = await fetch('/body', { method, body });
    equal([response.status, await response.text()], [200, body], method);
  }
  const empty = await fetch('/body');
  equal([empty.status, await empty.text()], [200, ''], 'GET');

  const head = await fetch('/page.js', { method: 'HEAD' });
  equal([head.status, await head.text()], [200, ''], 'HEAD');
  equal(Number(head.headers.get('content-length')) > 1000, true, 'the length of what HEAD leaves out');

  let pieces = '';
  const stream = (await fetch('/stream')).body.pipeThrough(new TextDecoderStream());
  for await (const piece of stream) pieces += piece;
  equal(pieces, text(65536).repeat(4), 'a stream');

  const together = await Promise.all(Array.from({ length: 30 }, async (_, number) => {
    const response = await fetch('/body', { method: 'POST', body: `질문 ${number}` });
    return response.text();
  }));
  equal(together, Array.from({ length: 30 }, (_, number) => `질문 ${number}`), 'thirty at once');
}

async function visit() {
  await http();
  await echoes(await open('/echo'));
  await many(await open('/echo'));
  await count(await open('/count'));
  await fragments(await open('/fragments'));
  await ping(await open('/ping'));
  for (const [code, reason] of plan.goodbyes) await goodbye(await open('/echo'), code, reason);
  for (const [code, reason] of plan.farewells) await farewell(await open('/close'), code, reason);
}

const complaint = await visit().then(() => '', (error) => String(error.stack ?? error));
await fetch('/report', { method: 'POST', body: complaint });
await open('/stay');
