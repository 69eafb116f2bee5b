const cluster = require("cluster");

if (cluster.isPrimary) {
  console.log(`primary: pid ${process.pid}`);
  for (let i = 0; i < 2; i++) {
    const worker = cluster.fork();
    worker.on("online", () => worker.send("work"));
  }
  let left = 2;
  cluster.on("exit", (worker) => {
    console.log(`primary: worker ${worker.process.pid} has ended`);
    if (--left === 0) console.log("primary: all have ended");
  });
} else {
  process.on("message", (task) => {
    console.log(`worker: pid ${process.pid} of ${process.ppid} got ${task}`);
    cluster.worker.disconnect();
  });
}
