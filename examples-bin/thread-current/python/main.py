import threading
import time


def sing():
    print("sing当前执行的线程为：", threading.current_thread())
    for i in range(3):
        print("正在唱歌...%d" % i)
        time.sleep(1)


def dance():
    print("dance当前执行的线程为：", threading.current_thread())
    for i in range(3):
        print("正在跳舞...%d" % i)
        time.sleep(1)


if __name__ == "__main__":
    print("当前执行的线程为：", threading.current_thread())

    sing_thread = threading.Thread(target=sing, name="sing")
    dance_thread = threading.Thread(target=dance, name="dance")

    sing_thread.start()
    dance_thread.start()
