import threading
import time

begin = time.monotonic()
for i in range(1, 4):
    timer = threading.Timer(0.05, print, (f"main: tick {i}",), {"flush": True})
    timer.start()
    timer.join()
print(f"main: took {int((time.monotonic() - begin) * 1000)} ms", flush=True)
