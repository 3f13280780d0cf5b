"""Makes the ten spoken digits anew: `python make.py` in this folder, with espeak-ng on the PATH."""

import io
import subprocess
import wave
from array import array
from pathlib import Path

RATE = 8000
PEAK = 110  # of 127: room for the noise that is mixed in later
SILENCE = 60  # of 32767: quieter than this is cut off both ends
WORDS = ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة")


def speak(word: str) -> tuple[int, array]:
    """Sampling rate and 16-bit samples of one word."""
    said = subprocess.run(
        ["espeak-ng", "-v", "ar", "-s", "115", "--stdout", word], check=True, capture_output=True
    )
    with wave.open(io.BytesIO(said.stdout)) as sound:
        return sound.getframerate(), array("h", sound.readframes(10**7))


def trim(samples: array) -> array:
    """The samples without the silence before and after."""
    loud = [place for place, sample in enumerate(samples) if abs(sample) > SILENCE]
    return samples[loud[0] : loud[-1] + 1]


def shrink(rate: int, samples: array) -> bytes:
    """8 kHz, 8 bit unsigned: each new sample is the mean of the old ones that it stands for."""
    step = rate / RATE
    means = []
    for place in range(int(len(samples) / step)):
        part = samples[int(place * step) : int((place + 1) * step) or 1]
        means.append(sum(part) / len(part))
    loudest = max(abs(mean) for mean in means)
    return bytes(128 + round(mean / loudest * PEAK) for mean in means)


def main() -> None:
    """Write 0.wav to 9.wav beside this file."""
    for digit, word in enumerate(WORDS):
        rate, samples = speak(word)
        with wave.open(str(Path(__file__).parent / f"{digit}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(RATE)
            sound.writeframes(shrink(rate, trim(samples)))


if __name__ == "__main__":
    main()
