import threading

counter = 0


def plus_one(number):
    return number + 1


def add(name):
    global counter
    for i in range(1000000):
        counter = plus_one(counter)
    print(f"{name}: {counter}")


if __name__ == "__main__":
    first = threading.Thread(target=add, args=("sum1",))
    second = threading.Thread(target=add, args=("sum2",))

    first.start()
    second.start()
