import multiprocessing
import resource
import threading
import time
from itertools import groupby


def measure(name, kind):
    turns, left = max(run(kind) for i in range(10))
    print(f"{name}: {turns} turns, left a core {left} times")


def run(kind):
    marks = [multiprocessing.RawArray("q", 2500) for i in range(2)]
    workers = [kind(target=work, args=(own,)) for own in marks]

    before = switches()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    left = switches() - before + 2  # Each also ends once.

    order = sorted(
        (mark, worker)
        for worker, own in enumerate(marks)
        for mark in own
    )
    turns = groupby(worker for mark, worker in order)
    return len(list(turns)), left


def work(marks):
    for i in range(len(marks)):
        for j in range(400):
            pass
        marks[i] = time.monotonic_ns()


def switches():
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    usages = [resource.getrusage(who) for who in both]
    return sum(usage.ru_nvcsw + usage.ru_nivcsw for usage in usages)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    measure("processes", multiprocessing.Process)
    measure("threads", threading.Thread)
