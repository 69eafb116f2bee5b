import subprocess

try:
    subprocess.run(["sleep", "5"], timeout=1)
    print("main: 0")
except subprocess.TimeoutExpired:
    print("main: 124")
