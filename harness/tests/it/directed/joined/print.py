import threading


def say(name):
    for i in range(1, 4):
        print(name, i, flush=True)  # the lock of Python's buffer is held while a line is written


for name in ("a", "b"):
    thread = threading.Thread(target=say, args=(name,))
    thread.start()
    thread.join()
