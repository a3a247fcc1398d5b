// A house with Node's `ws`. Its doors are told in ../house.rs, PLAN in ../plan.rs.
// Prints its port, then how each connection ended.
// usage: server.js PLAN
'use strict';
const { WebSocketServer } = require('ws');

const plan = JSON.parse(process.argv[2]);

const echo = (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
};

// What happens behind each door.
const doors = {
  '/echo': echo,

  '/fragments': (socket) => {
    socket.on('message', (data, isBinary) => {
      let start = 0;
      do {
        const fin = start + 1000 >= data.length;
        socket.send(data.subarray(start, start + 1000), { binary: isBinary, fin });
        start += 1000;
      } while (start < data.length);
    });
  },

  '/count': (socket) => {
    for (let number = 0; number < plan.many; number += 1) socket.send(String(number));
    echo(socket);
  },

  '/close': (socket) => {
    socket.on('message', (data) => {
      const [, code, reason] = data.toString().match(/^(\d+) (.*)$/);
      socket.close(Number(code), reason);
    });
  },

  '/ping': (socket) => {
    socket.ping('are you there?');
    socket.on('pong', (data) => data.toString() === 'are you there?' && socket.send('answered'));
    echo(socket);
  },
};

const options = { host: '127.0.0.1', port: 0, perMessageDeflate: plan.compress && { threshold: 0 } };
const server = new WebSocketServer(options, () => console.log(server.address().port));

server.on('connection', (socket, request) => {
  const door = request.url;
  socket.on('error', (error) => console.error(door, error));
  socket.on('close', (code, reason) => {
    console.log(JSON.stringify({ door, code, reason: door === '/close' ? '' : reason.toString() }));
  });
  doors[door](socket);
});
