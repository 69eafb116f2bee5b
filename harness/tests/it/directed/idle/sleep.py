import time

process, thread = time.process_time(), time.thread_time()
time.sleep(0.2)
print("main:", int((time.process_time() - process) * 1000), "ms", flush=True)
print("main:", int((time.thread_time() - thread) * 1000), "ms", flush=True)
