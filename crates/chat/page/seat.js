// Our seat in the room: who we are, what we have read, and what we have said that
// is not heard yet. It stays ours when the door changes, and when a line is lost.
//
//   const seat = new Seat('lobby', 'Ada', show);
//   seat.go(websocket);
//   seat.say('Hello');

import { catchUp, SentAway, Stranger } from './requests.js';
import { backoff, pause } from './patience.js';

// A line that has held so long was a good one, in milliseconds.
const GOOD = 5_000;

export class Seat {
  #show;
  #door;
  #leaving = new AbortController();
  #pending = new Map();
  #openedAt;

  // `show` is told what there is to see: object(object) from the room, meter(door, meter),
  // wire(direction, what, bytes), cursor(cursor), trouble(text), sentAway(why).
  constructor(room, name, show) {
    this.room = room;
    this.#show = show;
    this.name = name;
    this.meters = new Map();
  }

  // Lets go of the door that we have, and keeps this one until another takes its place.
  async go(door) {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#door = door;
    const { signal } = this.#leaving;
    let failures = 0;
    while (!signal.aborted) {
      this.#state('CONNECTING');
      this.#openedAt = undefined;
      try {
        await door.attend(this, signal);
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof SentAway) return this.#show.sentAway(error.message);
        if (error instanceof Stranger) this.token = undefined;
        else this.#show.trouble(`${error.message}: trying again`);
      }
      if (signal.aborted) break;
      if (performance.now() - this.#openedAt > GOOD) failures = 0;
      this.#meter.reconnects += 1;
      this.#state('CLOSED');
      await pause(backoff(failures), signal);
      failures += 1;
    }
    this.#meterOf(door).state = 'CLOSED';
    this.#show.meter(door, this.#meterOf(door));
  }

  // ANCHOR: say
  say(text, to) {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    const key = high.toString(36) + low.toString(36);
    const wish = { type: 'message', text, key, ...(to && { to }) };
    this.#pending.set(key, wish);
    this.#show.object({ ...wish, type: 'pending', name: this.name, date: Date.now() });
    this.#send(wish);
  }
  // ANCHOR_END: say

  rename(name) {
    this.#send({ type: 'username', name });
  }

  type() {
    this.#send({ type: 'typing' });
  }

  leave() {
    if (this.token) fetch(this.address('members'), { method: 'DELETE', keepalive: true });
  }

  // For the doors

  // The URL of something in the room, with what shows that it is we who ask.
  address(target) {
    const token = this.token ? `${target.includes('?') ? '&' : '?'}token=${this.token}` : '';
    return `/rooms/${encodeURIComponent(this.room)}/${target}${token}`;
  }

  // We are somebody: the same as before, or somebody new.
  async welcome({ id, name, token, cursor }) {
    const isNew = id !== this.id || token !== this.token;
    Object.assign(this, { id, name, token });
    this.cursor ??= cursor;
    this.#show.object({ type: 'id', id, name });
    // What somebody else said for us may have arrived: the log knows it by its key.
    if (isNew && this.#pending.size > 0) await catchUp(this, this.#leaving.signal);
  }

  opened() {
    this.#openedAt ??= performance.now();
    this.#show.trouble('');
    this.#state('OPEN');
  }

  // The browser has lost the line, and asks again by itself.
  reconnecting(what) {
    this.#meter.reconnects += 1;
    this.count('up', what, '', true);
    this.#state('CONNECTING');
  }

  // ANCHOR: take
  // Takes what the room tells: each entry once.
  take({ messages, cursor, lost }) {
    if (lost) this.#lost();
    for (const object of messages) {
      if (object.type === 'lost') this.#lost();
      // A greeting has a cursor too, and is no entry.
      const isEntry = object.cursor !== undefined && object.type !== 'id';
      if (object.type === 'message' && object.cursor <= this.cursor) continue;
      if (isEntry) this.cursor = Math.max(this.cursor, object.cursor);
      // Heard, or refused: in either case it need not be said again.
      if (object.key) this.#pending.delete(object.key);
      if (['username', 'rejectusername'].includes(object.type) && object.id === this.id) this.name = object.name;
      this.#show.object(object);
    }
    if (cursor !== undefined) this.cursor = Math.max(this.cursor, cursor);
    this.#show.cursor(this.cursor);
  }
  // ANCHOR_END: take

  // Where we were, nobody knows any more: whatever comes now is new.
  #lost() {
    this.cursor = 0;
    this.#show.object({ type: 'lost' });
  }

  // ANCHOR: flush
  // Says again what was not heard: it may never have arrived.
  flush() {
    for (const wish of this.#pending.values()) this.#send(wish);
  }
  // ANCHOR_END: flush

  // Counts what goes over the wire, as far as a page can see it.
  count(direction, what, text, isRequest = false) {
    const bytes = new TextEncoder().encode(text).length;
    this.#meter[direction] += bytes;
    if (isRequest) this.#meter.requests += 1;
    this.#show.wire(direction, what, bytes);
    this.#show.meter(this.#door, this.#meter);
  }

  async #send(wish) {
    try {
      await this.#door.send(this, wish);
    } catch (error) {
      // The line is lost: a message is said again when there is another.
      if (error instanceof Stranger) this.token = undefined;
    }
  }

  #state(state) {
    this.#meter.state = state;
    this.#show.meter(this.#door, this.#meter);
  }

  get #meter() {
    return this.#meterOf(this.#door);
  }

  #meterOf(door) {
    if (!this.meters.has(door)) {
      this.meters.set(door, { state: 'CLOSED', requests: 0, up: 0, down: 0, reconnects: 0 });
    }
    return this.meters.get(door);
  }
}
