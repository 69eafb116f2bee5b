"""Runs a program as a slow machine does: one of its processes is stopped for a moment, and then another.

    python3 slow.py SEED PROGRAM [ARGUMENT...]
"""

import glob
import os
import random
import signal
import subprocess
import sys
import time


def processes(pid):
    found = [pid]
    for file in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(file) as children:
                for child in children.read().split():
                    found += processes(int(child))
        except OSError:
            pass  # The thread has ended.
    return found


def send(sign, pid):
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        pass


random.seed(int(sys.argv[1]))
program = subprocess.Popen(sys.argv[2:])
while program.poll() is None:
    victim = random.choice(processes(program.pid))
    send(signal.SIGSTOP, victim)
    time.sleep(random.uniform(0, 0.1))
    send(signal.SIGCONT, victim)
    time.sleep(random.uniform(0, 0.05))
sys.exit(program.returncode)
