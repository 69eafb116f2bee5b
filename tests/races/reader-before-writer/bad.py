# The writer was started first, so it will have written.
from threading import Thread

page = 0
seen = []


def write():
    global page
    page = 7


def read():
    seen.append(page)


threads = [Thread(target=write), Thread(target=read)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("read: page", seen[0])
