import threading

started = threading.Event()


def work():
    print("daemon: starts")
    started.set()
    threading.Event().wait()  # Nobody sets it.
    print("daemon: done")


if __name__ == "__main__":
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    started.wait()
    print("main: ends")
