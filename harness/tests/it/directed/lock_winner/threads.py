import threading

lock = threading.Lock()


def compete(name):
    with lock:
        print(f"{name}: gets the lock", flush=True)


threads = [threading.Thread(target=compete, args=(name,)) for name in ("sing", "dance", "talk")]
with lock:
    for thread in threads:
        thread.start()
    print("main: releases", flush=True)
for thread in threads:
    thread.join()
