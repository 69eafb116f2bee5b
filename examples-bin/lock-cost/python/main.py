import threading
import timeit

counter = 0
lock = threading.Lock()


def add():
    global counter
    for i in range(50000):
        counter += 1


def add_locked():
    global counter
    for i in range(50000):
        with lock:
            counter += 1


def measure(task):
    threads = [threading.Thread(target=task) for i in range(2)]
    start = timeit.default_timer()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return int((timeit.default_timer() - start) * 1e9)


if __name__ == "__main__":
    pairs = [(measure(add), measure(add_locked)) for i in range(10)]
    without_lock, with_lock = map(min, zip(*pairs))

    print("without lock:", without_lock, "ns")
    print("with lock:", with_lock, "ns")
    times = with_lock / without_lock
    print(f"with lock it takes {times:.1f} times as long")
