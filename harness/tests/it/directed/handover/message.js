const { Worker, isMainThread, parentPort } = require("worker_threads");

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on("message", (text) => {
    console.log(text);
    console.log("second: goes on");
  });
} else {
  parentPort.postMessage("first: works");
}
