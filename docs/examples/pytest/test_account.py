from threading import Lock, Thread

balance = 0
lock = Lock()


def deposit(who):
    global balance
    for _ in range(3):
        with lock:
            before = balance
            print(f"{who}: sees {before}", flush=True)
            balance = before + 1


def test_no_deposit_is_lost():
    tellers = [Thread(target=deposit, args=(who,)) for who in ("ann", "bob")]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    assert balance == 6
