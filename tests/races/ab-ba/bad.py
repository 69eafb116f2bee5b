# One takes the fork first, the other one the knife; ten bites are a meal.
from threading import Lock, Thread

fork = Lock()
knife = Lock()
bites = 0


def eat_with(first, second):
    global bites
    for _ in range(10):
        first.acquire()
        second.acquire()
        bites += 1
        second.release()
        first.release()


anna = Thread(target=eat_with, args=(fork, knife))
ben = Thread(target=eat_with, args=(knife, fork))
anna.start()
ben.start()
anna.join()
ben.join()
print("eaten:", bites // 10)
