import os
import subprocess

DANCE = """
echo "dance: $$"
echo "dance: <Process(myprocess1, started)>"
for i in 1 2 3 4 5; do
    echo "跳舞中..."
    sleep 0.2
    kill -9 $$
done
"""

SING = """
echo "sing: $$"
echo "sing: <Process(Process-2, started)>"
for i in 1 2 3 4 5; do
    echo "唱歌中..."
    sleep 0.2
done
"""

print("main:", os.getpid())
print("main: <_MainProcess(MainProcess, started)>")

children = [subprocess.Popen(["sh", "-c", script]) for script in (DANCE, SING)]
for child in children:
    child.wait()
