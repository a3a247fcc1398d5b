// Requests to the room, and what every door made of requests shares:
// coming in, speaking, catching up.

// The room does not know us: our token is void, or it was another life of the server.
export class Stranger extends Error {}

// The room does not want us: that name is none, say. Nothing gets better by asking again.
export class SentAway extends Error {}

// Asks, and counts what it costs. A refusal comes back like any other answer.
export async function ask(seat, method, target, { body, headers, signal } = {}) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  seat.count('up', `${method} ${target}`, sent ?? '', true);
  const address = seat.address(target);
  const response = await fetch(address, { method, body: sent, headers, signal, cache: 'no-store' });
  const text = await response.text();
  seat.count('down', `${response.status} ${response.statusText}`, text);
  if (target !== 'members' && [403, 404].includes(response.status)) throw new Stranger();
  const json = text && response.headers.get('Content-Type') === 'application/json';
  return {
    status: response.status,
    etag: response.headers.get('ETag'),
    body: json ? JSON.parse(text) : undefined,
  };
}

// Comes in, if the room does not know us yet.
export async function enter(seat, signal) {
  if (seat.token) return;
  const wish = { type: 'username', name: seat.name };
  const { status, body } = await ask(seat, 'POST', 'members', { body: wish, signal });
  if (status === 422) throw new SentAway(body.text);
  if (status !== 201) throw new Error(body?.text ?? `the server says ${status}`);
  await seat.welcome(body);
}

// Takes what stands behind our cursor, without waiting for more.
export async function catchUp(seat, signal) {
  for (;;) {
    const { status, body } = await ask(seat, 'GET', `messages?since=${seat.cursor}`, { signal });
    if (status !== 200) throw new Error(`the server says ${status}`);
    seat.take(body);
    if (!body.more) return;
  }
}

// Speaks. If the line is lost on the way, the same is said again later, under the same key.
export async function send(seat, wish) {
  const { status, body } = await ask(seat, 'POST', 'messages', { body: wish });
  if (body) seat.take({ messages: [body] });
  else if (status >= 400) throw new Error(`the server says ${status}`);
}
