import multiprocessing

numbers = []


def write():
    for i in range(5):
        numbers.append(i)
    print("write:", numbers)


def read():
    print("read:", numbers)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    write_process = multiprocessing.Process(target=write)
    read_process = multiprocessing.Process(target=read)

    write_process.start()
    write_process.join()
    read_process.start()
    read_process.join()
    print("main:", numbers)
