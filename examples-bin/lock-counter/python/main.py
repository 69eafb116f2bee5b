import threading

counter = 0
lock = threading.Lock()


def sum1():
    global counter
    lock.acquire()
    for i in range(1000000):
        counter += 1
    print("sum1:", counter)
    lock.release()


def sum2():
    global counter
    lock.acquire()
    for i in range(1000000):
        counter += 1
    print("sum2:", counter)
    lock.release()


if __name__ == "__main__":
    first = threading.Thread(target=sum1)
    second = threading.Thread(target=sum2)

    first.start()
    second.start()
