"""Where green threads share one native thread, passwords and pictures must not hold the others up."""

import json
import subprocess
import sys

SCRIPT = """
import eventlet
eventlet.monkey_patch()
import json, time
from services.identity import captcha_media, hashing

hashing.make("warm"); captcha_media.image("warm"); captcha_media.sound("0")
lags = []
def tick():
    while True:
        begun = time.perf_counter()
        eventlet.sleep(0.005)
        lags.append(time.perf_counter() - begun - 0.005)

def run(work, count):
    lags.clear()
    ticking = eventlet.spawn(tick)
    begun = time.perf_counter()
    pool = eventlet.GreenPool()
    for _ in range(count):
        pool.spawn(work)
    pool.waitall()
    ticking.kill()
    lags.sort()
    return {"seconds": time.perf_counter() - begun, "median": lags[len(lags) // 2] if lags else 9, "turns": len(lags)}

print(json.dumps({
    "off": run(lambda: hashing.make("Sea-Wind-2468"), 40),
    "on": run(lambda: hashing._HASHER.hash("Sea-Wind-2468"), 40),
    "image": run(lambda: captcha_media.image("AbD23"), 40),
}))
"""


def test_the_hub_turns_while_passwords_are_hashed():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["off"]["turns"] > 10 * (found["on"]["turns"] + 1), found
    assert found["off"]["median"] < 0.02, found
    assert found["image"]["turns"] > 5, found
