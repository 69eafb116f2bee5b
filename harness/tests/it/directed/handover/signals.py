import os
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
if os.fork() == 0:
    print("first: works", flush=True)
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
signal.sigwait([signal.SIGUSR1])
print("second: goes on", flush=True)
os.wait()
