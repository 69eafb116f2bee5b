import multiprocessing
import os
import time


def child():
    print("child:", os.getpid())
    print("child of:", os.getppid())
    time.sleep(0.1)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    print("main:", os.getpid())
    process = multiprocessing.Process(target=child)
    process.start()
