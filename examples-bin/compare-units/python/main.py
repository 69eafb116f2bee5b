import multiprocessing
import os
import threading

files = []
lock = threading.Lock()
both = threading.Barrier(2)


def work(name):
    with lock:
        files.append(open("/dev/null"))
        task = os.readlink("/proc/thread-self")
        print(f"{name}: {task}")


def work_in_thread():
    work("thread")
    both.wait()  # One waits while the other runs.


def open_files():
    return len(os.listdir("/dev/fd"))


def run(workers):
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    before = open_files()
    work("main")

    run([threading.Thread(target=work_in_thread) for i in range(2)])
    print(f"main: threads leave {open_files() - before} files")

    processes = [
        multiprocessing.Process(target=work, args=("process",))
        for i in range(2)
    ]
    run(processes)
    for process in processes:
        process.close()
    print(f"main: processes leave {open_files() - before}")
