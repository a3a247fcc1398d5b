// WebSocket: ask once, and talk both ways.

import { enter, Stranger } from '../requests.js';

export const name = 'WebSocket';

export async function attend(seat, signal) {
  await enter(seat, signal);
  await new Promise((resolve, reject) => {
    const target = `socket?since=${seat.cursor}`;
    seat.count('up', `GET ${target}`, '', true);
    const url = new URL(seat.address(target), location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, 'chat');
    seat.socket = socket;
    socket.onopen = () => {
      seat.opened();
      seat.flush();
    };
    socket.onmessage = ({ data }) => {
      seat.count('down', 'message', data);
      seat.take({ messages: [JSON.parse(data)] });
    };
    socket.onclose = ({ code, reason }) => {
      seat.count('down', `close ${code} ${reason}`, '');
      // 1008: the room does not know us.
      if (code === 1008) reject(new Stranger());
      else reject(new Error(reason || `the line was lost (${code})`));
    };
    signal.addEventListener('abort', () => {
      // What it still says counts for no door any more.
      socket.onmessage = socket.onclose = null;
      socket.close(1000);
      resolve();
    });
  });
}

export async function send(seat, wish) {
  if (seat.socket?.readyState !== WebSocket.OPEN) return;
  const json = JSON.stringify(wish);
  seat.count('up', 'message', json);
  seat.socket.send(json);
}
