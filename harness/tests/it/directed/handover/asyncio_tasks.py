import asyncio


async def work(done):
    await asyncio.sleep(0.05)
    print("first: works", flush=True)
    done.set()


async def main():
    done = asyncio.Event()
    task = asyncio.create_task(work(done))
    await done.wait()
    print("second: goes on", flush=True)
    await task


asyncio.run(main())
