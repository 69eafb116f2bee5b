from multiprocessing import Process, Queue


def work(results):
    print("first: works", flush=True)
    results.put("done")


results = Queue()
worker = Process(target=work, args=(results,))
worker.start()
results.get()
print("second: goes on", flush=True)
worker.join()
