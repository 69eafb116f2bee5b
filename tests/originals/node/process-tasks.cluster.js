const cluster = require("node:cluster");
const { setTimeout: sleep } = require("node:timers/promises");

async function task(line) {
  for (let i = 0; i < 5; i++) {
    console.log(line);
    await sleep(200);
  }
  process.disconnect();
}

if (cluster.isPrimary) {
  cluster.fork({ LINE: "跳舞中..." });
  cluster.fork({ LINE: "唱歌中..." });
} else {
  task(process.env.LINE);
}
