import threading
import time

started = threading.Event()


def work():
    print("daemon: starts")
    started.set()
    time.sleep(3600)  # An hour of work.
    print("daemon: done")


if __name__ == "__main__":
    thread = threading.Thread(target=work)
    print("main: daemon?", thread.daemon)
    thread.daemon = True  # As thread.setDaemon(True) did.
    print("main: daemon?", thread.daemon)
    thread.start()
    started.wait()
    print("main: finished?", not thread.is_alive())
    print("main: ends")
