import multiprocessing
import os
import threading


def three(kind, names, ready, gate):
    for name in names[:2]:
        kind(target=live, args=(name, ready, gate)).start()
        ready.acquire()
    failing = kind(target=fail, args=names[2:])
    failing.start()
    failing.join()
    return failing


def live(name, ready, gate):
    print(f"{name}: lives")
    ready.release()
    os.read(gate, 1)
    print(f"{name}: still lives")


def fail(name):
    print(f"{name}: aborts")
    os.abort()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    ready = multiprocessing.Semaphore(0)
    gate, opener = os.pipe()

    names = ("thread1", "thread2", "thread3")
    process = multiprocessing.Process(
        target=three, args=(threading.Thread, names, ready, gate)
    )
    process.start()
    process.join()
    print("main: threads ended by signal", -process.exitcode)

    names = ("process1", "process2", "process3")
    process = three(multiprocessing.Process, names, ready, gate)
    print("main: process3 ended by signal", -process.exitcode)

    os.write(opener, b"open")
