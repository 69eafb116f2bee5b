from concurrent.futures import ThreadPoolExecutor


def work():
    print("first: works", flush=True)
    return "done"


with ThreadPoolExecutor() as pool:
    pool.submit(work).result()
    print("second: goes on", flush=True)
