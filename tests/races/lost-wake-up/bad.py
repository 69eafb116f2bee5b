# Dinner may become ready after it was looked for and before it is waited for: then nobody is there to be woken.
from threading import Condition, Thread

bell = Condition()
is_ready = False


def eat():
    if not is_ready:
        with bell:
            bell.wait()


eater = Thread(target=eat)
eater.start()
is_ready = True
with bell:
    bell.notify()
eater.join()
print("eaten")
