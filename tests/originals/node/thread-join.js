const { Worker, isMainThread, workerData } = require("node:worker_threads");
const { once } = require("node:events");
const { writeSync } = require("node:fs");

const print = (line) => writeSync(1, `${line}\n`);

async function main() {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const sum1 = new Worker(__filename, { workerData: { name: "sum1", counter } });
  await once(sum1, "exit");
  new Worker(__filename, { workerData: { name: "sum2", counter } });
}

function sum({ name, counter }) {
  for (let i = 0; i < 1000000; i++) {
    counter[0] += 1;
  }
  print(`${name}: ${counter[0]}`);
}

if (isMainThread) {
  main();
} else {
  sum(workerData);
}
