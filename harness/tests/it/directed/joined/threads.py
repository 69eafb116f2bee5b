import os
import threading


def say(name):
    for i in range(1, 4):
        os.write(1, f"{name} {i}\n".encode())  # one call a line, and no lock of Python's held meanwhile


for name in ("a", "b"):
    thread = threading.Thread(target=say, args=(name,))
    thread.start()
    thread.join()
