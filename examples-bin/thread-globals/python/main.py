import threading

numbers = []


def write():
    for i in range(5):
        numbers.append(i)
    print("write:", numbers)


def read():
    print("read:", numbers)


if __name__ == "__main__":
    write_thread = threading.Thread(target=write)
    read_thread = threading.Thread(target=read)

    write_thread.start()
    write_thread.join()
    read_thread.start()
    read_thread.join()
    print("main:", numbers)
