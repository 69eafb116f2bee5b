const { spawn } = require("child_process");

const child = spawn("echo", ["first: works"], { stdio: "inherit" });
child.on("close", () => console.log("second: goes on"));
