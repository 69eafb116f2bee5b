from multiprocessing import Process


def say(name):
    for i in range(1, 4):
        print(name, i, flush=True)


processes = [Process(target=say, args=(name,)) for name in ("a", "b")]
for process in processes:
    process.start()
for process in processes:
    process.join()
