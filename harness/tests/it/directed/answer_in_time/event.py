import threading

answered = threading.Event()


def answer():
    print("worker: answers", flush=True)
    answered.set()


worker = threading.Thread(target=answer)
worker.start()
print("main: has the answer" if answered.wait(1) else "main: gives up", flush=True)
worker.join()
