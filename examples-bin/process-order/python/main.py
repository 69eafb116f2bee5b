import multiprocessing
import os
import time


def task(name, start):
    while time.monotonic() < start:
        os.sched_yield()
    print(name, "runs")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    start = time.monotonic() + 0.05
    for name in ("dance", "sing"):
        process = multiprocessing.Process(
            target=task, args=(name, start)
        )
        process.start()
