import threading

done = threading.Event()


def work():
    print("worker: done", flush=True)
    done.set()


worker = threading.Thread(target=work)
worker.start()
done.wait()
print("main: goes on", flush=True)
worker.join()
