const { fork } = require("node:child_process");
const { setTimeout: sleep } = require("node:timers/promises");

async function dance() {
  for (let i = 0; i < 5; i++) {
    console.log("跳舞中...");
    await sleep(200);
  }
}

async function sing() {
  for (let i = 0; i < 5; i++) {
    console.log("唱歌中...");
    await sleep(200);
  }
}

const task = { dance, sing }[process.argv[2]];
if (task) {
  task();
} else {
  fork(__filename, ["dance"]);
  fork(__filename, ["sing"]);
}
