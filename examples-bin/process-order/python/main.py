import multiprocessing


def task(name):
    print(name, "runs")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    for name in ("dance", "sing"):
        process = multiprocessing.Process(target=task, args=(name,))
        process.start()
