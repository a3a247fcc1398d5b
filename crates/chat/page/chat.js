// The page: what the room tells becomes what one sees and hears.
//
// Other people's text becomes text and nothing else: it only ever goes into
// `textContent`. The page's Content-Security-Policy forbids every other way.

import * as polling from './doors/polling.js';
import * as longPolling from './doors/long-polling.js';
import * as eventStream from './doors/event-stream.js';
import * as webSocket from './doors/websocket.js';
import * as socketIo from './doors/socketio.js';
import { Log } from './log.js';
import { Seat } from './seat.js';

const DOORS = [polling, longPolling, eventStream, webSocket, socketIo];

// How long somebody counts as typing, in milliseconds.
const TYPING = 4_000;

// How many lines of what goes over the wire are kept.
const WIRE = 60;

const find = (selector) => document.querySelector(selector);
const entrance = find('#entrance');
const say = find('#say');
const rename = find('#rename');
const log = new Log(find('#log'));
const rows = new Map();
let seat;

// Coming in

// A link may say who comes where: /?room=lobby&name=Ada&door=Polling
const asked = new URLSearchParams(location.search);
for (const field of ['name', 'room']) {
  if (asked.has(field)) entrance.elements[field].value = asked.get(field);
}

entrance.addEventListener('submit', (event) => {
  event.preventDefault();
  const [name, room] = ['name', 'room'].map((field) => entrance.elements[field].value.trim());
  if (!name || !room) return;
  entrance.querySelector('.alert').textContent = '';
  seat = new Seat(room, name, show);
  find('#room-name').textContent = `Room: ${room}`;
  rename.elements.name.value = name;
  entrance.hidden = true;
  find('#room').hidden = false;
  const door = DOORS.find(({ name }) => name === asked.get('door')) ?? webSocket;
  choose(door);
  say.elements.text.focus();
});

addEventListener('pagehide', () => seat?.leave());

// What there is to see

const show = {
  object(object) {
    switch (object.type) {
      case 'id':
      case 'rejectusername':
        rename.elements.name.value = object.name;
        if (object.type === 'rejectusername') log.note(`That name is taken. You are ${object.name} now.`);
        break;
      case 'message':
        stopped(object.name);
        log.add(object, object.id === seat.id);
        break;
      case 'pending':
        log.add(object, true);
        break;
      case 'username':
        log.note(object.id === seat.id ? `You are ${object.name} now.` : `${object.name} is a new name.`);
        break;
      case 'userlist':
        users(object.users);
        break;
      case 'typing':
        typing(object.name);
        break;
      case 'refused':
        say.querySelector('.alert').textContent = `Not done: ${object.text}.`;
        if (object.key) log.unsaid(object.key);
        break;
      case 'cutoff':
        log.note('The room is cut off: what you say now is not sent.');
        break;
      case 'rejoined':
        log.note('The room is back.');
        break;
      case 'lost':
        log.note('Something was said here that nobody remembers any more.');
        break;
    }
  },

  meter(door, meter) {
    const cells = rows.get(door).cells;
    const values = [meter.state, meter.requests, meter.up, meter.down, meter.reconnects];
    values.forEach((value, index) => { cells[index + 1].textContent = value.toLocaleString(); });
  },

  wire(direction, what, bytes) {
    const line = document.createElement('li');
    line.textContent = `${direction === 'up' ? '→' : '←'} ${what}${bytes ? ` · ${bytes.toLocaleString()} B` : ''}`;
    const wire = find('#wire');
    wire.prepend(line);
    if (wire.childElementCount > WIRE) wire.lastElementChild.remove();
  },

  cursor(cursor) {
    find('#cursor').textContent = cursor;
  },

  trouble(text) {
    find('#trouble').textContent = text;
  },

  sentAway(why) {
    find('#room').hidden = true;
    entrance.hidden = false;
    entrance.querySelector('.alert').textContent = `You cannot come in: ${why}.`;
    entrance.elements.name.focus();
  },
};

// The doors

for (const door of DOORS) {
  const row = find('#doors tbody').insertRow();
  const radio = Object.assign(document.createElement('input'), { type: 'radio', name: 'door', value: door.name });
  radio.addEventListener('change', () => choose(door));
  const label = document.createElement('label');
  label.append(radio, door.name);
  const head = Object.assign(document.createElement('th'), { scope: 'row' });
  head.append(label);
  row.append(head);
  for (const name of ['State', 'Requests', 'Bytes up', 'Bytes down', 'Reconnects']) {
    row.insertCell().dataset.label = name;
  }
  rows.set(door, row);
  show.meter(door, { state: 'CLOSED', requests: 0, up: 0, down: 0, reconnects: 0 });
}

function choose(door) {
  for (const [other, row] of rows) {
    row.querySelector('input').checked = other === door;
    row.toggleAttribute('aria-current', other === door);
  }
  seat.go(door);
}

// Speaking

say.addEventListener('submit', (event) => {
  event.preventDefault();
  const { text, to } = say.elements;
  if (!text.value.trim()) return;
  say.querySelector('.alert').textContent = '';
  seat.say(text.value, to.value);
  text.value = '';
  text.focus();
});

say.elements.text.addEventListener('keydown', (event) => {
  // While 한 is put together, Enter belongs to the keyboard.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say.requestSubmit();
});

let typedAt = -TYPING;
say.elements.text.addEventListener('input', () => {
  if (performance.now() - typedAt < TYPING / 2 || !say.elements.text.value) return;
  typedAt = performance.now();
  seat.type();
});

rename.addEventListener('submit', (event) => {
  event.preventDefault();
  seat.rename(rename.elements.name.value);
});

// Who is here

function users(names) {
  find('#users-title').textContent = `Who is here (${names.length.toLocaleString()})`;
  find('#users').replaceChildren(...names.map((name) => {
    const item = document.createElement('li');
    const bdi = document.createElement('bdi');
    bdi.textContent = name;
    item.append(bdi, name === seat.name ? ' (you)' : '');
    return item;
  }));
  const { to } = say.elements;
  const chosen = to.value;
  const others = names.filter((name) => name !== seat.name);
  to.replaceChildren(new Option('Everyone', ''), ...others.map((name) => new Option(name, name)));
  // Who has gone is not silently replaced by everyone.
  if (chosen && !others.includes(chosen)) to.add(new Option(`${chosen} (gone)`, chosen));
  to.value = chosen;
}

const typists = new Map();

function typing(name) {
  clearTimeout(typists.get(name));
  typists.set(name, setTimeout(() => stopped(name), TYPING));
  tellTyping();
}

function stopped(name) {
  clearTimeout(typists.get(name));
  if (typists.delete(name)) tellTyping();
}

function tellTyping() {
  const names = [...typists.keys()].slice(0, 3).join(', ');
  find('#typing').textContent = names && `${names}${typists.size > 3 ? ' and others' : ''} typing…`;
}
