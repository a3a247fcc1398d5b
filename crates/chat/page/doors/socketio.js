// Socket.IO: talk both ways, by WebSocket or by whatever else works.

import { enter, Stranger } from '../requests.js';
import { Socket } from '../socketio.js';

export const name = 'Socket.IO';

export async function attend(seat, signal) {
  await enter(seat, signal);
  await new Promise((resolve, reject) => {
    const { room, token, cursor: since } = seat;
    const socket = new Socket({ room, token, since }, {
      connected() {
        seat.opened();
        seat.flush();
      },
      event(type, object) {
        seat.take({ messages: [object] });
      },
      refused() {
        socket.close();
        // With a token, it can only be that the room does not know us.
        reject(new Stranger());
      },
      closed(why) {
        reject(new Error(why));
      },
      count(...what) {
        if (!signal.aborted) seat.count(...what);
      },
    });
    seat.socket = socket;
    signal.addEventListener('abort', () => {
      socket.close();
      resolve();
    });
  });
}

export async function send(seat, wish) {
  if (!seat.socket?.isConnected) return;
  const [reply] = await seat.socket.emit(wish.type, wish);
  if (reply) seat.take({ messages: [reply] });
}
