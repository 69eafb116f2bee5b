from contextlib import suppress
from itertools import combinations


class Shared:
    def __init__(self):
        self.sum = 0
        self.locked = False
        self.steps = []


class Blocked(Exception):
    pass


# At each yield the other thread may run.


def unlocked(shared, name):
    yield
    read = shared.sum
    shared.steps.append(f"{name} reads {read}")
    yield
    shared.sum = read + 1
    shared.steps.append(f"{name} writes {shared.sum}")


def locked(shared, name):
    yield
    if shared.locked:
        raise Blocked
    shared.locked = True
    yield from unlocked(shared, name)
    shared.locked = False


def atomic(shared, name):
    yield
    read, shared.sum = shared.sum, shared.sum + 1
    shared.steps.append(f"{name} turns {read} into {shared.sum}")


def thread(add, times, shared, name):
    for i in range(times):
        yield from add(shared, name)


def one_schedule(add, times, names):
    shared = Shared()
    threads = {n: thread(add, times, shared, n) for n in "AB"}
    for name in ["A", "B"] + names:  # First to the first yield.
        next(threads[name], None)
    return shared.sum, shared.steps


def every_schedule(add, times):
    steps = len(list(thread(add, times, Shared(), "A")))
    for turns in combinations(range(2 * steps), steps):
        names = ["B"] * 2 * steps
        for turn in turns:
            names[turn] = "A"
        with suppress(Blocked):
            yield one_schedule(add, times, names)


if __name__ == "__main__":
    for add in (unlocked, locked, atomic):
        for total, steps in sorted(every_schedule(add, 1)):
            print(f"{add.__name__}, sum {total}:", ", ".join(steps))

    three = list(every_schedule(unlocked, 3))
    sums = {total for total, steps in three}
    print(f"3 each, sums: {sums}, schedules: {len(three)}")
