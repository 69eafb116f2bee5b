import os

# Each worker loads the application once it is ready to be ended.
open(f"{os.environ['GATE']}/ready-{os.getpid()}", "w").close()


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()}".encode()]
