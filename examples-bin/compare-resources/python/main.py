import multiprocessing
import re
import threading

data = bytearray(b"\1") * (8 << 20)


def change(name):
    before = own_memory()
    for i in range(0, len(data), 4096):
        data[i] = 2
    print(f"{name}: needs {own_memory() - before} KiB")


def own_memory():
    with open("/proc/self/smaps_rollup") as maps:
        own = re.search(r"Private_Dirty: +(\d+) kB", maps.read())
        return int(own[1])


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    thread = threading.Thread(target=change, args=("thread",))
    thread.start()
    thread.join()

    process = multiprocessing.Process(
        target=change, args=("process",)
    )
    process.start()
