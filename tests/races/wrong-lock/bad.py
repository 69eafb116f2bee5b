# Whoever counts holds a lock, but each a lock of its own.
from threading import Lock, Thread

lock_in = Lock()
lock_out = Lock()
parked = 10


def arrive():
    global parked
    with lock_in:
        before = parked
        parked = before + int("1")


def leave():
    global parked
    with lock_out:
        before = parked
        parked = before - int("1")


threads = [Thread(target=arrive), Thread(target=leave)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("parked:", parked)
