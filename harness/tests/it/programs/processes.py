# Three children that are started as the first argument says; each line says which process wrote it.
import multiprocessing
import os
import sys


def says(who):
    for _ in range(5):
        print(f"{who}: pid {os.getpid()}", flush=True)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    says("main")
    children = [multiprocessing.Process(target=says, args=("child",)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
