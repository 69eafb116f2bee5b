const { spawnSync } = require("child_process");

const name = process.argv[2];
if (name) {
  for (let i = 1; i <= 3; i++) console.log(name, i);
} else {
  for (const name of ["a", "b"]) spawnSync(process.execPath, [__filename, name], { stdio: "inherit" });
}
