import threading
import time

started = threading.Event()


def work():
    print("daemon: starts")
    started.set()
    time.sleep(3600)  # An hour of work.
    print("daemon: done")


if __name__ == "__main__":
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    started.wait()
    print("main: ends")
