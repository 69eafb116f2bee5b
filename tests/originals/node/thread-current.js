const { Worker, isMainThread, threadId, workerData } = require("node:worker_threads");
const { setTimeout: sleep } = require("node:timers/promises");
const { writeSync } = require("node:fs");

const print = (line) => writeSync(1, `${line}\n`);
const current = (name) => `${name}, ThreadId(${threadId})`;

async function sing() {
  print(`sing当前执行的线程为： ${current("sing")}`);
  for (let i = 0; i < 3; i++) {
    print(`正在唱歌...${i}`);
    await sleep(1000);
  }
}

async function dance() {
  print(`dance当前执行的线程为： ${current("dance")}`);
  for (let i = 0; i < 3; i++) {
    print(`正在跳舞...${i}`);
    await sleep(1000);
  }
}

if (isMainThread) {
  print(`当前执行的线程为： ${current("main")}`);
  new Worker(__filename, { workerData: "sing" });
  new Worker(__filename, { workerData: "dance" });
} else {
  ({ sing, dance })[workerData]();
}
