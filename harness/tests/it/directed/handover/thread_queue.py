import queue
import threading

results = queue.Queue()


def work():
    print("first: works", flush=True)
    results.put("done")


threading.Thread(target=work).start()
results.get()
print("second: goes on", flush=True)
