import multiprocessing
import threading
import timeit


def nothing():
    pass


def start_process():
    process = multiprocessing.Process(target=nothing)
    process.start()
    process.join()


def start_thread():
    thread = threading.Thread(target=nothing)
    thread.start()
    thread.join()


def fastest(start_one):
    times = timeit.repeat(start_one, number=1, repeat=20)
    return int(min(times) * 1e9)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    pairs = [
        (fastest(start_process), fastest(start_thread))
        for i in range(5)
    ]
    process, thread = map(min, zip(*pairs))

    print("process:", process, "ns")
    print("thread:", thread, "ns")
    times = process / thread
    print(f"a process takes {times:.1f} times as long")
