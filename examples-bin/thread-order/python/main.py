import threading


def task(name):
    print(name, "runs")


if __name__ == "__main__":
    for name in ("sing", "dance"):
        thread = threading.Thread(target=task, args=(name,))
        thread.start()
