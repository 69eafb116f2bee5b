import threading

barrier = threading.Barrier(3)


def meet(name):
    print(f"{name}: arrives", flush=True)
    barrier.wait()
    print(f"{name}: leaves", flush=True)


threads = [threading.Thread(target=meet, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
