const begin = process.hrtime.bigint();
let ticks = 0;
const interval = setInterval(() => {
  ticks += 1;
  console.log(`main: tick ${ticks}`);
  if (ticks === 3) {
    clearInterval(interval);
    // Node's timers count whole milliseconds from a time that it read before, so each may be one too short.
    console.log(`main: took ${(process.hrtime.bigint() - begin) / 1000000n} ms`);
  }
}, 52);
