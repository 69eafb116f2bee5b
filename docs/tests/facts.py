"""What the book's pages say of Python, and no lesson proves. Ends with status 0 if all of it is so."""

import inspect
import multiprocessing
import sys
import threading
import warnings


def refuses(error, act):
    try:
        act()
    except error:
        return
    raise SystemExit(f"{inspect.getsource(act).strip()} was not refused")


def sing(count=1):
    pass


def of_both(kind):
    # The parameter `group` is unused, and only ever None.
    refuses(AssertionError, lambda: kind(group=object()))
    assert kind(group=None).name
    # The documents leave this parameter out.
    assert kind(daemon=True).daemon
    assert "daemon" in inspect.signature(kind.__init__).parameters


def of_processes():
    assert multiprocessing.Process(name="myprocess1").name == "myprocess1"
    display = str(multiprocessing.Process(name="myprocess1"))
    form = "<Process name='myprocess1' parent=" if sys.version_info >= (3, 8) else "<Process(myprocess1, "
    assert display.startswith(form), display
    if sys.platform == "linux":
        method = "forkserver" if sys.version_info >= (3, 14) else "fork"
        assert multiprocessing.get_start_method() == method


def of_threads():
    named = threading.Thread(target=sing).name.endswith(" (sing)")
    assert named == (sys.version_info >= (3, 10))
    if sys.version_info >= (3, 10):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            threading.Thread(target=sing).setDaemon(True)
        assert warned[0].category is DeprecationWarning
    # Too late to make it a daemon.
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    refuses(RuntimeError, lambda: setattr(thread, "daemon", True))
    go.set()
    thread.join()


def of_wrong_arguments():
    # What is wrong shows in the thread alone, as it runs.
    if sys.version_info < (3, 8):
        return  # It can't be asked there.
    failed = []
    threading.excepthook = lambda args: failed.append(args.exc_type)
    for wrong in ({"args": (5)}, {"kwargs": {"cuont": 3}}):
        thread = threading.Thread(target=sing, **wrong)
        thread.start()
        thread.join()
    assert failed == [TypeError, TypeError], failed


if __name__ == "__main__":
    of_both(multiprocessing.Process)
    of_both(threading.Thread)
    of_processes()
    of_threads()
    of_wrong_arguments()
