# The lock is let go between reading the balance and writing it.
from threading import Lock, Thread

lock = Lock()
balance = 0


def deposit(amount):
    global balance
    with lock:
        before = balance
    with lock:
        balance = before + amount


threads = [Thread(target=deposit, args=(amount,)) for amount in (100, 50)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("balance:", balance)
