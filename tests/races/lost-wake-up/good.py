# Dinner can't become ready between looking for it and waiting for it: the lock is held.
from threading import Condition, Thread

bell = Condition()
is_ready = False


def eat():
    with bell:
        while not is_ready:
            bell.wait()


eater = Thread(target=eat)
eater.start()
with bell:
    is_ready = True
    bell.notify()
eater.join()
print("eaten")
