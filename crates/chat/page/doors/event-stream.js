// Server-sent events: ask once, and be told ever after. What we say goes by POST.

import { enter, Stranger } from '../requests.js';

export const name = 'Event stream';
export { send } from '../requests.js';

export async function attend(seat, signal) {
  await enter(seat, signal);
  await new Promise((resolve, reject) => {
    const target = `events?since=${seat.cursor}`;
    seat.count('up', `GET ${target}`, '', true);
    const source = new EventSource(seat.address(target));
    source.onopen = () => {
      seat.opened();
      seat.flush();
    };
    source.onmessage = ({ data }) => {
      seat.count('down', 'event', data);
      seat.take({ messages: [JSON.parse(data)] });
    };
    source.onerror = () => {
      // A lost line: the browser comes back by itself, and says Last-Event-ID.
      if (source.readyState === EventSource.CONNECTING) return seat.reconnecting('GET events');
      // Refused: it gives up, and does not tell us why.
      reject(new Stranger());
    };
    signal.addEventListener('abort', () => {
      source.close();
      resolve();
    });
  });
}
