// Long polling: ask once, and the answer comes when there is something to say.

import { ask, catchUp, enter } from '../requests.js';

export const name = 'Long polling';
export { send } from '../requests.js';

// How many seconds a question may wait. Then the answer is: nothing yet.
const WAIT = 25;

export async function attend(seat, signal) {
  await enter(seat, signal);
  // The first question does not wait, so that we know at once whether we are here.
  await catchUp(seat, signal);
  seat.opened();
  seat.flush();
  for (;;) {
    const target = `messages?since=${seat.cursor}&wait=${WAIT}`;
    const { status, body } = await ask(seat, 'GET', target, { signal });
    if (status !== 200) throw new Error(`the server says ${status}`);
    seat.take(body);
    seat.flush();
  }
}
