import threading

fork1 = threading.Lock()
fork2 = threading.Lock()


def eat(name, first, second):
    with first:
        print(f"{name}: has a fork", flush=True)
        with second:
            print(f"{name}: has both forks", flush=True)


left = threading.Thread(target=eat, args=("left", fork1, fork2))
right = threading.Thread(target=eat, args=("right", fork2, fork1))
left.start()
print("main: left came, right comes", flush=True)
right.start()
left.join()
right.join()
