import threading

counter = 0
lock = threading.Lock()


def add():
    global counter
    for i in range(1000000):
        with lock:
            counter += 1


if __name__ == "__main__":
    first = threading.Thread(target=add)
    second = threading.Thread(target=add)

    first.start()
    second.start()
    first.join()
    second.join()
    print("sum:", counter)
