import atexit
import multiprocessing
import time


def perform(name):
    for i in range(3):
        print(f"{name}: performs")
        time.sleep(0.05)
    print(f"{name}: ends")


def sing(gate):
    gate.wait()
    perform("sing")


if __name__ == "__main__":
    # Called when Python has waited for the children.
    atexit.register(print, "main: ends")

    multiprocessing.set_start_method("fork")
    gate = multiprocessing.Event()

    dance_process = multiprocessing.Process(
        target=perform, args=("dance",)
    )
    sing_process = multiprocessing.Process(
        target=sing, args=(gate,)
    )

    dance_process.start()
    sing_process.start()

    dance_process.join()
    print("main: joined dance")
    gate.set()
