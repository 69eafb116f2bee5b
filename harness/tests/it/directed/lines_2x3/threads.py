import os
import threading


def say(name):
    for i in range(1, 4):
        os.write(1, f"{name} {i}\n".encode())  # one call a line, and no lock of Python's held meanwhile


threads = [threading.Thread(target=say, args=(name,)) for name in ("a", "b")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
