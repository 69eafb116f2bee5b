# Threads and a child; each line says which process and thread wrote it, as the kernel names them.
import os
import threading


def says(who):
    for _ in range(5):
        os.write(1, f"{who}: pid {os.getpid()} tid {threading.get_native_id()}\n".encode())


says("main")
threads = [threading.Thread(target=says, args=("thread",)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if os.fork() == 0:
    says("child")
    os._exit(0)
os.wait()
