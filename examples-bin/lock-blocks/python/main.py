import threading
import time

lock = threading.Lock()
held = threading.Barrier(2)


def microseconds():
    return time.perf_counter_ns() // 1000


def holder():
    with lock:
        print("holder: acquired")
        held.wait()
        start = microseconds()
        time.sleep(0.2)
        print("holder: held it for", microseconds() - start, "µs")


def waiter():
    start = microseconds()
    held.wait()
    with lock:
        print("waiter: waited for", microseconds() - start, "µs")


if __name__ == "__main__":
    threading.Thread(target=holder).start()
    threading.Thread(target=waiter).start()
