import atexit
import multiprocessing
import time


def perform(name):
    for i in range(3):
        print(f"{name}: performs")
        time.sleep(0.05)
    print(f"{name}: ends")


if __name__ == "__main__":
    # Called when Python has waited for the children.
    atexit.register(print, "main: ends")

    multiprocessing.set_start_method("fork")
    dance_process = multiprocessing.Process(
        target=perform, args=("dance",)
    )
    sing_process = multiprocessing.Process(
        target=perform, args=("sing",)
    )

    dance_process.start()
    dance_process.join()
    print("main: joined dance")

    sing_process.start()
