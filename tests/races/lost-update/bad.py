# Each clerk reads the number of tickets sold, and writes it one higher.
from threading import Thread

sold = 0


def sell():
    global sold
    before = sold
    sold = before + int("1")


clerks = [Thread(target=sell) for _ in range(2)]
for clerk in clerks:
    clerk.start()
for clerk in clerks:
    clerk.join()
print("sold:", sold)
