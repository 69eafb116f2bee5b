import threading

bell = threading.Condition()


def ring():
    print("ringer: rings", flush=True)
    with bell:
        bell.notify()


ringer = threading.Thread(target=ring)
ringer.start()
with bell:
    bell.wait()
print("main: wakes up", flush=True)
ringer.join()
