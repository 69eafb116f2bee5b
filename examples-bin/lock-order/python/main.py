import threading
import time

place = 0
lock = threading.Lock()
everyone = threading.Barrier(4)


def task(name, start):
    global place
    everyone.wait()
    while time.monotonic() < start:
        time.sleep(0)
    with lock:
        place += 1
        print(f"{place}. {name} acquires")
        time.sleep(0.001)
        print(f"{place}. {name} releases")


if __name__ == "__main__":
    with lock:
        start = time.monotonic() + 0.005
        for name in ("sing", "dance", "talk"):
            thread = threading.Thread(
                target=task, args=(name, start)
            )
            thread.start()
        everyone.wait()
        time.sleep(0.007)
        print("main: releases the lock")
