const { Worker, isMainThread, workerData } = require("node:worker_threads");
const { setTimeout: sleep } = require("node:timers/promises");
const { writeSync } = require("node:fs");

// A worker's console goes through the main thread.
const print = (line) => writeSync(1, `${line}\n`);

async function sing() {
  for (let i = 0; i < 3; i++) {
    print(`正在唱歌...${i}`);
    await sleep(1000);
  }
}

async function dance() {
  for (let i = 0; i < 3; i++) {
    print(`正在跳舞...${i}`);
    await sleep(1000);
  }
}

if (isMainThread) {
  new Worker(__filename, { workerData: "sing" });
  new Worker(__filename, { workerData: "dance" });
} else {
  ({ sing, dance })[workerData]();
}
