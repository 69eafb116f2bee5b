import multiprocessing
import time


def work(started):
    print("daemon: starts")
    started.set()
    time.sleep(3600)  # An hour of work.
    print("daemon: done")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    started = multiprocessing.Event()
    process = multiprocessing.Process(
        target=work, args=(started,), daemon=True
    )
    process.start()
    started.wait()
    print("main: ends")
