// Children, and threads, whose lines Node writes through its first thread; each line says which process wrote it.
const { execFileSync } = require("node:child_process");
const { Worker, isMainThread } = require("node:worker_threads");

function says(who) {
  for (let i = 0; i < 5; i++) console.log(`${who}: pid ${process.pid}`);
}

if (!isMainThread) says("thread");
else if (process.argv.length > 2) says("child");
else {
  says("main");
  let left = 3;
  for (let i = 0; i < 3; i++) {
    new Worker(__filename).on("exit", () => {
      if (--left === 0) execFileSync(process.execPath, [__filename, "child"], { stdio: "inherit" });
    });
  }
}
