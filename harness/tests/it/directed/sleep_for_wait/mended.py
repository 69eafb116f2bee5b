import time
from multiprocessing import Process


def work():
    print("worker: works", flush=True)
    time.sleep(0.05)
    print("worker: done", flush=True)


worker = Process(target=work)
worker.start()
worker.join()
print("main: goes on", flush=True)
