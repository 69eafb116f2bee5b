import subprocess

subprocess.run(["echo", "first: works"])
print("second: goes on", flush=True)
