import multiprocessing
import os
import signal
import threading
import time


def start_three(kind, names):
    started = multiprocessing.Semaphore(0)
    targets = (work, work, fail)
    three = [
        kind(target=target, args=(name, started))
        for target, name in zip(targets, names)
    ]
    for one in three:
        one.start()
    return three


def work(name, started):
    print(f"{name}: works")
    started.release()
    time.sleep(3600)  # An hour of work.
    print(f"{name}: done")


def fail(name, started):
    started.acquire()
    started.acquire()
    print(f"{name}: aborts")
    os.abort()


def ending(process):
    process.join()
    number = -process.exitcode
    return f"signal: {number} ({signal.Signals(number).name})"


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    names = ("thread1", "thread2", "thread3")
    process = multiprocessing.Process(
        target=start_three, args=(threading.Thread, names)
    )
    process.start()
    print("main: threads ended,", ending(process))

    names = ("process1", "process2", "process3")
    first, second, third = start_three(multiprocessing.Process, names)
    print("main: process3 ended,", ending(third))
    print("main: process1 runs?", str(first.is_alive()).lower())
    print("main: process2 runs?", str(second.is_alive()).lower())
    first.terminate()
    second.terminate()
