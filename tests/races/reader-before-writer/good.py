# The reader waits until it is told that something was written.
from threading import Event, Thread

written = Event()
page = 0
seen = []


def write():
    global page
    page = 7
    written.set()


def read():
    written.wait()
    seen.append(page)


threads = [Thread(target=write), Thread(target=read)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("read: page", seen[0])
