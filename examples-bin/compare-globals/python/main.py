import multiprocessing
import threading

count = 0


def add(name):
    global count
    count += 1
    print(f"{name}: {count}")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    for name in ("process1", "process2"):
        process = multiprocessing.Process(target=add, args=(name,))
        process.start()
        process.join()
    print(f"main: {count} after two processes")

    for name in ("thread1", "thread2"):
        thread = threading.Thread(target=add, args=(name,))
        thread.start()
        thread.join()
    print(f"main: {count} after two threads")
