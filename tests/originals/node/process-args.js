const { spawn } = require("node:child_process");
const { setTimeout: sleep } = require("node:timers/promises");

async function task(count) {
  for (let i = 0; i < count; i++) {
    console.log("任务执行中..");
    await sleep(200);
  }
  console.log("任务执行完成");
}

if (process.argv[2]) {
  task(Number(process.argv[2]));
} else {
  const child = (count) => spawn(process.execPath, [__filename, count], { stdio: "inherit" });
  const five = () => child(5); // Never started.
  const three = () => child(3);
  three();
}
