import threading

bell = threading.Condition()
rung = False


def ring():
    global rung
    print("ringer: rings", flush=True)
    with bell:
        rung = True
        bell.notify()


ringer = threading.Thread(target=ring)
ringer.start()
with bell:
    bell.wait_for(lambda: rung)
print("main: wakes up", flush=True)
ringer.join()
