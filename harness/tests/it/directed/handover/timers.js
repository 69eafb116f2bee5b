setTimeout(() => console.log("second: goes on"), 60);
setTimeout(() => console.log("first: works"), 20); // timers go off in the order of their times, however late
