import multiprocessing
import time


def task(count):
    for i in range(count):
        print("任务执行中..")
        time.sleep(0.2)
    else:
        print("任务执行完成")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")

    # By position: constructed, and never started.
    process = multiprocessing.Process(target=task, args=(5,))

    # By name.
    process = multiprocessing.Process(
        target=task, kwargs={"count": 3}
    )
    process.start()
