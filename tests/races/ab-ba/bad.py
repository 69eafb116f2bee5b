# One takes the fork first, the other one the knife.
from threading import Lock, Thread

fork = Lock()
knife = Lock()
eaten = 0


def eat_with(first, second):
    global eaten
    first.acquire()
    second.acquire()
    eaten += 1
    second.release()
    first.release()


anna = Thread(target=eat_with, args=(fork, knife))
ben = Thread(target=eat_with, args=(knife, fork))
anna.start()
ben.start()
anna.join()
ben.join()
print("eaten:", eaten)
