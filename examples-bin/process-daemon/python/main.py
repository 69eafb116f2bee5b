import multiprocessing


def work(started):
    print("daemon: starts")
    started.set()
    multiprocessing.Event().wait()  # Nobody sets it.
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
