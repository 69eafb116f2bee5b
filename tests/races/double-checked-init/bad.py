# Who finds it set takes no lock. It is said to be set before it is.
from threading import Lock, Thread

lock = Lock()
is_set = False
price = 0
answers = []


def ask():
    global is_set, price
    if not is_set:
        with lock:
            if not is_set:
                is_set = True
                price = int("42")
    answers.append(price)


threads = [Thread(target=ask) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for answer in answers:
    print("price:", answer)
