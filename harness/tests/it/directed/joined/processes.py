from multiprocessing import Process


def say(name):
    for i in range(1, 4):
        print(name, i, flush=True)


for name in ("a", "b"):
    process = Process(target=say, args=(name,))
    process.start()
    process.join()
