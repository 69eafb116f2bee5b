from multiprocessing import Lock, Process


def use(lock, name):
    with lock:
        print(f"{name}: takes", flush=True)
        print(f"{name}: gives back", flush=True)


lock = Lock()
processes = [Process(target=use, args=(lock, name)) for name in "ab"]
for process in processes:
    process.start()
for process in processes:
    process.join()
