import threading
import time

lock = threading.Lock()


def task():
    print("task: asks for the lock")
    with lock:
        print("task: has the lock")


if __name__ == "__main__":
    with lock:
        print("main: has the lock")
        threading.Thread(target=task).start()
        time.sleep(0.2)
        print("main: releases the lock")
