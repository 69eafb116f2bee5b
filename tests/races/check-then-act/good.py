# Nobody looks whether a seat is free while another is about to take it.
from threading import Lock, Thread

lock = Lock()
seats = ["12A"]
free = 1


def book():
    global free
    with lock:
        if len(seats) > 0:
            free -= 1
            seats.clear()


threads = [Thread(target=book) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("free:", free)
