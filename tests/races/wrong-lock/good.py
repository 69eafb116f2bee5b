# Whoever counts holds the same lock.
from threading import Lock, Thread

lock = Lock()
parked = 10


def arrive():
    global parked
    with lock:
        before = parked
        parked = before + int("1")


def leave():
    global parked
    with lock:
        before = parked
        parked = before - int("1")


threads = [Thread(target=arrive), Thread(target=leave)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("parked:", parked)
