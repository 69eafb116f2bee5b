import threading
import time


def task(count):
    for i in range(count):
        print("任务执行中..")
        time.sleep(0.2)
    else:
        print("任务执行完成")


if __name__ == "__main__":
    thread = threading.Thread(target=task, kwargs={"count": 3})
    thread.start()
