const { fork } = require("child_process");

const name = process.argv[2];
if (name) {
  // A pipe is written to at once.
  for (let i = 1; i <= 2; i++) console.log(name, i);
} else {
  for (const name of ["a", "b", "c"]) fork(__filename, [name]);
}
