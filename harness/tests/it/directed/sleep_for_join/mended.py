import threading


def work():
    print("worker: done", flush=True)


worker = threading.Thread(target=work)
worker.start()
worker.join()
print("main: goes on", flush=True)
