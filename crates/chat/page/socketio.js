// A small client of Socket.IO 5 and of Engine.IO 4 below it: polling first, and a
// WebSocket as soon as one works.
//
//   GET  …transport=polling            ◄── 0{"sid":…}              a session
//   POST …transport=polling&sid=…      ──► 40{"room":…}            may I come in?
//   GET  …transport=polling&sid=…      ◄── 40{"sid":…}␞42["id",…]  packets, and U+001E between them
//   GET  …transport=websocket&sid=…    ──► 2probe
//                                      ◄── 3probe
//                                      ──► 5                       from here on, all by WebSocket
//
// It knows what one namespace needs in which only text is said.

const PATH = '/socket.io/?EIO=4&transport=';
const SEPARATOR = '\u001e';

export class Socket {
  #on;
  #open;
  #isConnected = false;
  #waiting = [];
  #polling;
  #posting;
  #webSocket;
  // What travels by what: 'polling', then 'pausing' until the last request is answered, then 'websocket'.
  #transport = 'polling';
  #timer;
  #acks = new Map();
  #nextId = 0;
  #ended = new AbortController();

  // `auth` says who we are. `on` is told: connected(), refused(why), event(name, value),
  // closed(why), count(direction, what, text, isRequest).
  constructor(auth, on) {
    this.#on = on;
    this.#begin(auth).catch((error) => this.#end(error.message));
  }

  get isConnected() {
    return this.#isConnected;
  }

  // Says an event; the values with which the server acknowledges it.
  emit(name, ...values) {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#acks.set(id, resolve);
      this.#send(`42${id}${JSON.stringify([name, ...values])}`);
    });
  }

  close() {
    this.#end();
  }

  async #begin(auth) {
    const [opening] = await this.#ask('GET');
    this.#open = JSON.parse(opening.slice(1));
    this.#send(`40${JSON.stringify(auth)}`);
    if (this.#open.upgrades.includes('websocket')) this.#tryWebSocket();
    this.#polling = this.#poll();
    await this.#polling;
  }

  // Polling

  async #poll() {
    while (this.#transport === 'polling') {
      for (const packet of await this.#ask('GET')) this.#take(packet);
    }
  }

  async #post() {
    while (this.#waiting.length > 0 && this.#transport === 'polling') {
      let body = this.#waiting.shift();
      // A character has three bytes at most for each unit of its length.
      const fits = (next) => (body.length + next.length) * 3 < this.#open.maxPayload;
      while (this.#waiting.length > 0 && fits(this.#waiting[0])) {
        body += SEPARATOR + this.#waiting.shift();
      }
      await this.#ask('POST', body);
    }
    this.#posting = undefined;
  }

  async #ask(method, body) {
    this.#on.count('up', `${method} polling`, body ?? '', true);
    const sid = this.#open ? `&sid=${this.#open.sid}` : '';
    const options = { method, body, signal: this.#ended.signal, cache: 'no-store' };
    const response = await fetch(`${PATH}polling${sid}`, options);
    const text = await response.text();
    this.#on.count('down', `${response.status} ${response.statusText}`, text);
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    this.#heard();
    return text.split(SEPARATOR);
  }

  // WebSocket

  #tryWebSocket() {
    const url = new URL(`${PATH}websocket&sid=${this.#open.sid}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#on.count('up', 'GET websocket', '', true);
    const socket = new WebSocket(url);
    this.#webSocket = socket;
    socket.onopen = () => this.#transmit('2probe');
    socket.onmessage = ({ data }) => {
      if (this.#ended.signal.aborted) return;
      this.#on.count('down', 'packet', data);
      this.#heard();
      if (data === '3probe') this.#change();
      else this.#take(data);
    };
    // While it is only tried out, polling goes on without it.
    socket.onclose = ({ code }) => {
      if (this.#transport !== 'polling') this.#end(`the line was lost (${code})`);
    };
  }

  // No packet may overtake another: the last requests are answered first.
  async #change() {
    this.#transport = 'pausing';
    await Promise.allSettled([this.#polling, this.#posting]);
    if (this.#ended.signal.aborted) return;
    this.#transport = 'websocket';
    this.#transmit('5');
    this.#flush();
  }

  #transmit(packet) {
    this.#on.count('up', 'packet', packet);
    this.#webSocket.send(packet);
  }

  // Packets

  #send(packet) {
    this.#waiting.push(packet);
    this.#flush();
  }

  #flush() {
    if (this.#transport === 'websocket') {
      for (const packet of this.#waiting.splice(0)) this.#transmit(packet);
    } else if (this.#transport === 'polling' && !this.#posting) {
      this.#posting = this.#post().catch((error) => this.#end(error.message));
    }
  }

  #take(packet) {
    if (this.#ended.signal.aborted) return;
    if (packet === '2') return this.#send('3');
    if (packet === '1') return this.#end('the server has ended the session');
    const [, kind, id, json] = /^4(\d)(\d*)(.*)$/s.exec(packet) ?? [];
    const value = json && JSON.parse(json);
    switch (kind) {
      case '0':
        this.#isConnected = true;
        return this.#on.connected();
      case '1':
        return this.#end('we were put out');
      case '2':
        return this.#on.event(...value);
      case '3':
        this.#acks.get(Number(id))?.(value);
        return this.#acks.delete(Number(id));
      case '4':
        return this.#on.refused(value.message);
    }
  }

  // The server pings; when it has not for so long, it is gone.
  #heard() {
    clearTimeout(this.#timer);
    if (!this.#open || this.#ended.signal.aborted) return;
    const { pingInterval, pingTimeout } = this.#open;
    this.#timer = setTimeout(() => this.#end('the server is silent'), pingInterval + pingTimeout);
  }

  #end(why) {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#isConnected = false;
    clearTimeout(this.#timer);
    this.#webSocket?.close();
    if (why) this.#on.closed(why);
  }
}
