import multiprocessing
import os
import signal
import time


def current():
    # As Python displayed a process before version 3.8.
    process = multiprocessing.current_process()
    return f"<{type(process).__name__}({process.name}, started)>"


def dance():
    print("dance:", os.getpid())
    print("dance:", current())
    for i in range(5):
        print("跳舞中...")
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)


def sing():
    print("sing:", os.getpid())
    print("sing:", current())
    for i in range(5):
        print("唱歌中...")
        time.sleep(0.2)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    print("main:", os.getpid())
    print("main:", current())

    dance_process = multiprocessing.Process(
        target=dance, name="myprocess1"
    )
    sing_process = multiprocessing.Process(target=sing)

    dance_process.start()
    sing_process.start()
