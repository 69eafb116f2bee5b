import threading
import time

begin = time.monotonic_ns()
if not threading.Event().wait(0.1):
    print(f"main: nobody came for {(time.monotonic_ns() - begin) // 1000000} ms")
