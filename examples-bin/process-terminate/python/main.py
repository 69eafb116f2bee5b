import multiprocessing
import signal
import time


def work(started):
    print("child: starts")
    started.set()
    time.sleep(3600)  # An hour of work.
    print("child: done")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    started = multiprocessing.Event()
    child = multiprocessing.Process(target=work, args=(started,))
    child.start()
    started.wait()
    child.terminate()
    child.join()

    number = -child.exitcode
    name = signal.Signals(number).name
    print(f"main: child ended, signal: {number} ({name})")
    print("main: ends")
