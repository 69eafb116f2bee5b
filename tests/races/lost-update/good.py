# Nobody reads the number of tickets sold while another clerk is about to write it.
from threading import Lock, Thread

lock = Lock()
sold = 0


def sell():
    global sold
    with lock:
        before = sold
        sold = before + int("1")


clerks = [Thread(target=sell) for _ in range(2)]
for clerk in clerks:
    clerk.start()
for clerk in clerks:
    clerk.join()
print("sold:", sold)
