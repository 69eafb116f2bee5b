import threading
import time


def work():
    print("worker: done", flush=True)


worker = threading.Thread(target=work)
worker.start()
time.sleep(0.1)  # the worker is surely done by now
print("main: goes on", flush=True)
worker.join()
