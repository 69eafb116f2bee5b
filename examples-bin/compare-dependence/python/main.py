import multiprocessing
import os
import threading


def parent(gate, alive):
    ready = multiprocessing.Semaphore(0)
    for kind, name in (
        (multiprocessing.Process, "child"),
        (threading.Thread, "thread"),
    ):
        kind(target=live, args=(name, ready, gate)).start()
    ready.acquire()
    ready.acquire()
    os._exit(0)


def live(name, ready, gate):
    print(f"{name}: lives", flush=True)
    ready.release()
    os.read(gate, 1)
    print(f"{name}: still lives", flush=True)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    gate, opener = os.pipe()
    news, alive = os.pipe()
    process = multiprocessing.Process(
        target=parent, args=(gate, alive)
    )
    process.start()
    process.join()
    status = process.exitcode
    print(f"main: parent ended, exit status: {status}", flush=True)

    os.write(opener, b"open")
    os.close(alive)
    os.read(news, 1)  # Until nobody else holds the pipe.
