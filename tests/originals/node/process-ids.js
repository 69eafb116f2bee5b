const { fork } = require("node:child_process");
const { setTimeout: sleep } = require("node:timers/promises");

async function dance() {
  console.log(`dance: ${process.pid}`);
  console.log("dance: <Process(myprocess1, started)>");
  for (let i = 0; i < 5; i++) {
    console.log("跳舞中...");
    await sleep(200);
    process.kill(process.pid, "SIGKILL");
  }
}

async function sing() {
  console.log(`sing: ${process.pid}`);
  console.log("sing: <Process(Process-2, started)>");
  for (let i = 0; i < 5; i++) {
    console.log("唱歌中...");
    await sleep(200);
  }
}

const task = { dance, sing }[process.argv[2]];
if (task) {
  task();
} else {
  console.log(`main: ${process.pid}`);
  console.log("main: <_MainProcess(MainProcess, started)>");
  fork(__filename, ["dance"]);
  fork(__filename, ["sing"]);
}
