# Main waits until the helper has counted.
from threading import Thread

votes = 0


def count():
    global votes
    for paper in ["yes"] * 5:
        votes += paper.count("yes")


helper = Thread(target=count)
helper.start()
helper.join()
print("votes:", votes + 7)
