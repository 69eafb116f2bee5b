from multiprocessing import Event, Process


def work(done):
    print("first: works", flush=True)
    done.set()


done = Event()
worker = Process(target=work, args=(done,))
worker.start()
done.wait()
print("second: goes on", flush=True)
worker.join()
