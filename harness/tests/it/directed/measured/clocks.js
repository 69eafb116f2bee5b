const high = process.hrtime.bigint(), date = Date.now(), performed = performance.now();
// Node's timers and dates count whole milliseconds, so that a span may be read as up to two less.
setTimeout(() => {
  console.log(`main: ${(process.hrtime.bigint() - high) / 1000000n} ms`);
  console.log(`main: ${Date.now() - date} ms`);
  console.log(`main: ${Math.floor(performance.now() - performed)} ms`);
}, 203);
