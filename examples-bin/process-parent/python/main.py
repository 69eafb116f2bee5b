import multiprocessing
import os


def child():
    print("child:", os.getpid())
    print("child of:", os.getppid())


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    print("main:", os.getpid())
    process = multiprocessing.Process(target=child)
    process.start()
