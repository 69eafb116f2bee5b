import threading
import time

place = 0
lock = threading.Lock()


def task(name):
    global place
    with lock:
        place += 1
        print(f"{place}. {name} acquires")
        time.sleep(0.1)
        print(f"{place}. {name} releases")


if __name__ == "__main__":
    with lock:
        for name in ("sing", "dance", "talk"):
            thread = threading.Thread(target=task, args=(name,))
            thread.start()
        print("main: releases the lock")
