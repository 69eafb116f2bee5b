import threading


def say(name):
    for i in range(1, 4):
        print(name, i, flush=True)  # the lock of Python's buffer is held while a line is written


threads = [threading.Thread(target=say, args=(name,)) for name in ("a", "b")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
