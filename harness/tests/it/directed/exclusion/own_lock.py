import threading


def use(name):
    lock = threading.Lock()  # each has its own
    with lock:
        print(f"{name}: takes", flush=True)
        print(f"{name}: gives back", flush=True)


threads = [threading.Thread(target=use, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
