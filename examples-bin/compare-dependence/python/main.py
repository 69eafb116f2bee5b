import multiprocessing
import os
import threading
import time

started = threading.Event()


def parent(main):
    child = multiprocessing.Process(target=child_task, args=(main,))
    child.start()
    threading.Thread(target=thread_task).start()
    started.wait()
    os._exit(0)


def thread_task():
    print("thread: lives", flush=True)
    started.set()
    time.sleep(3600)  # An hour of work.
    print("thread: still lives", flush=True)


def child_task(main):
    print("child: lives", flush=True)
    main.recv()
    print("child: still lives", flush=True)
    main.send("!")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=parent, args=(there,))
    process.start()
    process.join()
    status = process.exitcode
    print(f"main: parent ended, exit status: {status}", flush=True)

    here.send("?")
    here.recv()
