import threading

done = threading.Event()


def work():
    done.set()
    print("worker: done", flush=True)


worker = threading.Thread(target=work)
worker.start()
done.wait()
print("main: goes on", flush=True)
worker.join()
