# From the documentation of Python's multiprocessing, "The Process class".
from multiprocessing import Process, set_start_method
import os

def info(title):
    print(title)
    print('module name:', __name__)
    print('parent process:', os.getppid())
    print('process id:', os.getpid())

def f(name):
    info('function f')
    print('hello', name)

if __name__ == '__main__':
    # Added: since Python 3.14 a server, which this default replaces, would be the parent.
    set_start_method('fork')
    info('main line')
    p = Process(target=f, args=('bob',))
    p.start()
    p.join()
