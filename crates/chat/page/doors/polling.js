// Polling: ask again and again. What is said in between waits for the next question.

import { ask, enter } from '../requests.js';
import { pause } from '../patience.js';

export const name = 'Polling';
export { send } from '../requests.js';

export async function attend(seat, signal) {
  await enter(seat, signal);
  let poll = { after: 2_000, jitter: 1_000 };
  let known;
  for (;;) {
    const since = seat.cursor;
    // Is the answer still the one that we have? Then 304, and no body, is enough.
    const headers = known?.since === since ? { 'If-None-Match': known.etag } : {};
    const { status, etag, body } = await ask(seat, 'GET', `messages?since=${since}`, { headers, signal });
    seat.opened();
    if (status === 200) {
      known = { since, etag };
      poll = body.poll;
      seat.take(body);
      seat.flush();
      if (body.more) continue;
    } else if (status !== 304) {
      throw new Error(`the server says ${status}`);
    }
    await pause(poll.after + Math.random() * poll.jitter, signal);
    if (signal.aborted) return;
  }
}
