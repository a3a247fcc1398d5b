// The list of messages: the newest at the end, bounded, and read out as it grows.

// How many are kept.
const MOST = 1_000;

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'medium' });

export class Log {
  #list;
  #day;
  #pending = new Map();

  constructor(list) {
    this.#list = list;
  }

  // A message; one of ours may be there already, while it was on its way.
  add(message, mine) {
    const { type, name, text, to, key, date } = message;
    this.#pending.get(key)?.remove();
    this.#pending.delete(key);
    this.#beginDay(date);

    const item = document.createElement('li');
    item.classList.toggle('mine', mine);
    item.classList.toggle('whisper', Boolean(to));
    item.classList.toggle('pending', type === 'pending');
    const aside = [to && `to ${mine ? to : 'you'} only`, type === 'pending' && 'on its way'];
    item.append(
      part('bdi', 'who', name), ' ',
      clock(date), ' ',
      part('span', 'aside', aside.filter(Boolean).join(', ')),
      part('bdi', 'text', text),
    );
    if (type === 'pending') this.#pending.set(key, item);
    this.#append(item);
  }

  // A message of ours that the room does not want.
  unsaid(key) {
    const item = this.#pending.get(key);
    if (item) item.querySelector('.aside').textContent = 'not sent';
    this.#pending.delete(key);
  }

  // Something that nobody has said.
  note(text) {
    this.#append(part('li', 'note', text));
  }

  #beginDay(date) {
    const name = day.format(date);
    if (name === this.#day) return;
    this.#day = name;
    this.note(name);
  }

  #append(item) {
    const list = this.#list;
    // Who reads further up is left there.
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
    list.append(item);
    while (list.childElementCount > MOST) list.firstElementChild.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
}

function clock(date) {
  const element = part('time', '', time.format(date));
  element.dateTime = new Date(date).toISOString();
  element.title = moment.format(date);
  return element;
}

// ANCHOR: part
function part(kind, name, text) {
  const element = document.createElement(kind);
  element.className = name;
  element.textContent = text;
  return element;
}
// ANCHOR_END: part
