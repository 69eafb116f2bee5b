# The lock is held from reading the balance until it is written.
from threading import Lock, Thread

lock = Lock()
balance = 0


def deposit(amount):
    global balance
    with lock:
        before = balance
        balance = before + amount


threads = [Thread(target=deposit, args=(amount,)) for amount in (100, 50)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("balance:", balance)
