import time

monotonic, real, performance = time.monotonic_ns(), time.time_ns(), time.perf_counter_ns()
time.sleep(0.2)
print(f"main: {(time.monotonic_ns() - monotonic) // 1000000} ms")
print(f"main: {(time.time_ns() - real) // 1000000} ms")
print(f"main: {(time.perf_counter_ns() - performance) // 1000000} ms")
