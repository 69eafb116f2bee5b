import threading


def state(lock):
    if lock.acquire(blocking=False):
        lock.release()
        return "anyone may acquire it"
    return "nobody else can acquire it"


lock = threading.Lock()
print("created:", state(lock))

lock.acquire()
# Here one thread at a time may run.
print("acquired:", state(lock))

lock.release()
print("released:", state(lock))
