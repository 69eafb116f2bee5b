import threading

counter = 0
both = threading.Barrier(2)


def add(name):
    global counter
    for i in range(1000000):
        read = counter
        if read == 0:
            both.wait()  # Both have read 0, and both will write 1.
        counter = read + 1
    print(f"{name}: {counter}")


if __name__ == "__main__":
    first = threading.Thread(target=add, args=("sum1",))
    second = threading.Thread(target=add, args=("sum2",))

    first.start()
    second.start()
