// How long to wait, and waiting itself.

// Waits, unless the signal ends it.
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

// How long to wait before the next try, after so many that failed: twice as long
// each time, up to half a minute. And never just as long as all the others wait,
// who lost their line at the same moment.
export function backoff(failures) {
  const longest = Math.min(30_000, 500 * 2 ** failures);
  return longest / 2 + Math.random() * longest / 2;
}
