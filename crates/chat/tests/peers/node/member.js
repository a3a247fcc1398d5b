// A member of a chat room through one of its doors: fails where something is not as it should be.
// What the two scenes are is told in ../main.rs.
// usage: member.js http://HOST:PORT DOOR talk NAME COUNT
//        member.js http://HOST:PORT DOOR return
'use strict';
const assert = require('node:assert/strict');
const doors = require('./doors');

const [base, door, scene, name, count] = process.argv.slice(2);
const MISSED = ['하나', 'zwei 🥈', '三 👨‍👩‍👧‍👦'];

// The next entry of a type, in the order of the room.
async function next(member, type) {
  for (;;) {
    const { value: [entry] } = await member.entries.next();
    assert.notEqual(entry.type, 'lost');
    assert.notEqual(entry.type, 'refused', entry.text);
    if (entry.type === type) return entry;
  }
}

async function talk() {
  const member = await doors[door](base, name);
  while ((await next(member, 'userlist')).users.length < Number(count));
  await member.say(`${name}: 안녕하세요 👋🏽`);
  for (let heard = 0; heard < Number(count); heard += 1) {
    console.log((await next(member, 'message')).text);
  }
  await member.leave();
}

async function comeBack() {
  const ada = await doors[door](base, 'Ada');
  const hears = async (text) => assert.equal((await next(ada, 'message')).text, text);
  await ada.say('안녕하세요 👋🏽');
  await hears('안녕하세요 👋🏽');
  await ada.cut();
  const bob = await doors.enter(base, 'Bob');
  for (const text of MISSED) await doors.post(bob, text);
  await ada.comeBack();
  for (const text of MISSED) await hears(text);
  // Nothing comes twice: this is the next that is heard.
  await ada.say('still the same');
  await hears('still the same');
  await ada.leave();
}

// Whatever of a door is still open ends with it.
({ talk, return: comeBack })[scene]().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
