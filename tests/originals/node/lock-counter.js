const { Worker, isMainThread, workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");

const print = (line) => writeSync(1, `${line}\n`);

function acquire(lock) {
  while (Atomics.compareExchange(lock, 0, 0, 1) === 1) {
    Atomics.wait(lock, 0, 1);
  }
}

function release(lock) {
  Atomics.store(lock, 0, 0);
  Atomics.notify(lock, 0, 1);
}

function sum({ name, counter, lock }) {
  acquire(lock);
  for (let i = 0; i < 1000000; i++) {
    counter[0] += 1;
  }
  print(`${name}: ${counter[0]}`);
  release(lock);
}

if (isMainThread) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const lock = new Int32Array(new SharedArrayBuffer(4));
  new Worker(__filename, { workerData: { name: "sum1", counter, lock } });
  new Worker(__filename, { workerData: { name: "sum2", counter, lock } });
} else {
  sum(workerData);
}
