import socket
import sys

with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    server.sendall(b"GET / HTTP/1.0\r\n\r\n")
    answer = server.makefile().read()
print("client: answered by", answer.splitlines()[-1])
