import threading

counter = 0


def sum1():
    global counter
    for i in range(1000000):
        counter += 1
    print("sum1:", counter)


def sum2():
    global counter
    for i in range(1000000):
        counter += 1
    print("sum2:", counter)


if __name__ == "__main__":
    first = threading.Thread(target=sum1)
    second = threading.Thread(target=sum2)

    first.start()
    first.join()
    second.start()
