const { Worker, isMainThread, workerData } = require("node:worker_threads");
const { setTimeout: sleep } = require("node:timers/promises");
const { writeSync } = require("node:fs");

const print = (line) => writeSync(1, `${line}\n`);

async function task({ count }) {
  for (let i = 0; i < count; i++) {
    print("任务执行中..");
    await sleep(200);
  }
  print("任务执行完成");
}

if (isMainThread) {
  new Worker(__filename, { workerData: { count: 3 } });
} else {
  task(workerData);
}
