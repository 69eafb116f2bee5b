import threading

done = threading.Event()


def work():
    print("first: works", flush=True)
    done.set()


threading.Thread(target=work).start()
while not done.wait(0.05):  # waits again after each time-out
    pass
print("second: goes on", flush=True)
