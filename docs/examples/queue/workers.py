from queue import Queue
from threading import Thread

WORKERS = 3
tasks = Queue()


def work():
    while (task := tasks.get()) is not None:
        print(f"task {task}: begins", flush=True)
        print(f"task {task}: done", flush=True)


for task in range(8):
    tasks.put(task)
for worker in range(WORKERS):
    tasks.put(None)
workers = [Thread(target=work) for _ in range(WORKERS)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print("all done", flush=True)
