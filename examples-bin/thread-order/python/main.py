import threading
import time

both = threading.Barrier(2)


def task(name, start):
    both.wait()
    while time.monotonic() < start:
        time.sleep(0)
    print(name, "runs")


if __name__ == "__main__":
    start = time.monotonic() + 0.01
    for name in ("sing", "dance"):
        thread = threading.Thread(target=task, args=(name, start))
        thread.start()
