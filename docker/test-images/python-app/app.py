import signal
import sys

signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(6))
print("ready")
while True:
    signal.pause()
