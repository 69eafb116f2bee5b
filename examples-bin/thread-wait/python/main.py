import atexit
import threading
import time


def task(name):
    time.sleep(0.2)
    print(f"{name}: done")


if __name__ == "__main__":
    # Called when Python has waited for the threads.
    atexit.register(print, "main: ends")

    for name in ("sing", "dance"):
        thread = threading.Thread(target=task, args=(name,))
        thread.start()
    print("main: nothing left to do")
