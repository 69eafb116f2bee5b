const high = process.hrtime.bigint(), date = Date.now(), performed = performance.now();
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 203);
console.log(`main: ${(process.hrtime.bigint() - high) / 1000000n} ms`);
console.log(`main: ${Date.now() - date} ms`);
console.log(`main: ${Math.floor(performance.now() - performed)} ms`);
