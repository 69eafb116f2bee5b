import multiprocessing
import threading
import time
from ctypes import PyDLL

# Python has no word for it. PyDLL keeps the interpreter's lock.
core = PyDLL(None).sched_getcpu


def work(results):
    start = time.perf_counter_ns()
    done = time.thread_time_ns() + 500000
    while time.thread_time_ns() < done:
        pass
    results.put((start, time.perf_counter_ns(), core()))


def run(kind):
    results = multiprocessing.SimpleQueue()
    workers = [kind(target=work, args=(results,)) for i in range(2)]
    for worker in workers:
        worker.start()
    starts, ends, cores = zip(*[results.get() for i in range(2)])
    for worker in workers:
        worker.join()
    return (max(ends) - min(starts)) // 1000, cores


def measure(name, kind):
    took, cores = min(run(kind) for i in range(200))
    print(f"{name}: 1 ms of work in {took} µs, on cores", *cores)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    measure("processes", multiprocessing.Process)
    measure("threads", threading.Thread)
