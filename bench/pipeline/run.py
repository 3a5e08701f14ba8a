#!/usr/bin/env python3
"""The whole pipeline on a folder of PDFs, from an empty data directory: time against the extractor alone, memory over time, disk.

usage: run.py EXTRACTOR RAGPY FOLDER DATA [--alone SECONDS MACHINE-CPU CPU]
       EXTRACTOR artifacts/extractor/RagPy.Extractor      RAGPY artifacts/bin/RagPy.Ingestion/release/RagPy.Ingestion
       FOLDER of PDFs (copies.py makes one)                DATA a folder that is emptied first

1. The extractor alone: one process a file, as many at once as there are cores, output thrown away.
2. `ragpy run FOLDER --json`, in a data directory where the database is installed and running.
Once a second the resident memory (VmRSS) of the program and of all its children is read; the database is no child and is shown apart.
--alone takes the first figures from an earlier run.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time


def processes():
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                line = file.read()
            with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
                rss = next((int(l.split()[1]) / 1024 for l in file if l.startswith("VmRSS:")), 0)
            rest = line.rpartition(")")[2].split()
            found[int(pid)] = (int(rest[1]), rss, line.partition("(")[2].rpartition(")")[0], (int(rest[11]) + int(rest[12])) / os.sysconf("SC_CLK_TCK"))
        except (OSError, ValueError):
            continue  # It ended meanwhile.
    return found


class Sampler(threading.Thread):
    """Rows of (seconds, worker MB, children MB, PostgreSQL MB)."""

    def __init__(self, root, data):
        super().__init__(daemon=True)
        self.root, self.data, self.rows, self.over = root, data, [], threading.Event()
        self.begun, self.postgres_cpu = time.monotonic(), {}

    def run(self):
        while not self.over.wait(1):
            found, tree = processes(), {self.root}
            while more := {pid for pid, p in found.items() if p[0] in tree} - tree:
                tree |= more
            postgres = {pid: p for pid, p in found.items() if p[2] == "postgres" and pid not in tree and self.owns(pid, found)}
            for pid, p in postgres.items():
                self.postgres_cpu[pid] = p[3]
            if self.root in found:
                children = sum(found[pid][1] for pid in tree if pid in found and pid != self.root)
                self.rows.append((time.monotonic() - self.begun, found[self.root][1], children, sum(p[1] for p in postgres.values())))

    def owns(self, pid, found):
        while pid in found and found[pid][2] == "postgres":
            try:
                with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                    if self.data in file.read():
                        return True
            except OSError:
                return False
            pid = found[pid][0]
        return False


def size(folder):
    return sum(os.lstat(os.path.join(at, name)).st_blocks * 512 for at, _, names in os.walk(folder) for name in names) / 1e6


def busy():
    """CPU seconds of the whole machine since it started."""
    with open("/proc/stat", encoding="ascii") as file:
        numbers = [int(n) for n in file.readline().split()[1:9]]
    return (sum(numbers) - numbers[3] - numbers[4]) / os.sysconf("SC_CLK_TCK")


def alone(extractor, files):
    def own():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    begun, machine, cpu = time.monotonic(), busy(), own()
    subprocess.run(["xargs", "-0", "-P", str(os.cpu_count()), "-n", "1", "sh", "-c", '"$0" "$1" >/dev/null 2>&1 || true', extractor],
                   input="\0".join(files).encode(), check=True)
    return time.monotonic() - begun, busy() - machine, own() - cpu


def postgres_sizes(data):
    base = os.path.join(data, "postgres")
    wal = sum(size(os.path.join(at, "pg_wal")) for at, names, _ in os.walk(base) if "pg_wal" in names)
    return size(base), wal


def main():
    extractor, ragpy, folder, data = sys.argv[1:5]
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    environment = {**os.environ, "RAGPY_DATA": os.path.abspath(data)}
    before = tuple(map(float, sys.argv[6:9])) if "--alone" in sys.argv else alone(extractor, files)

    # A database that nobody holds any more takes a moment to go.
    while any("postmaster.pid" in names for _, _, names in os.walk(os.path.join(data, "postgres"))):
        time.sleep(0.5)
    shutil.rmtree(os.path.join(data, "postgres"), ignore_errors=True)
    for name in ("blobs", "index"):
        shutil.rmtree(os.path.join(data, name), ignore_errors=True)
    subprocess.run([ragpy, "status"], env=environment, check=True, stdout=subprocess.DEVNULL)
    begun, cpu = time.monotonic(), busy()
    with subprocess.Popen([ragpy, "run", folder, "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        sampler = Sampler(run.pid, os.path.abspath(data))
        sampler.start()
        output = run.stdout.read()
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.monotonic() - begun, busy() - cpu
    sampler.over.set()
    sampler.join()
    report(json.loads(output), run.returncode, before, wall, cpu, usage, sampler, data)


def report(result, code, before, wall, cpu, usage, sampler, data):
    alone_seconds, alone_machine, alone_cpu = before
    worker, postgres = usage.ru_utime + usage.ru_stime, sum(sampler.postgres_cpu.values())
    pages, documents = result["pages"], result["documents"]
    rate, whole = pages / alone_seconds, pages / result["seconds"]
    print(f"{documents['total']} documents, {documents['indexed']} indexed, {documents['failed']} failed (exit {code}), {pages} pages, {result['chunks']} chunks\n")
    print("| | seconds | pages/s | CPU s of its own | CPU s of the whole machine |\n|---|---|---|---|---|")
    print(f"| extractor alone, {os.cpu_count()} at once | {alone_seconds:.1f} | {rate:.0f} | {alone_cpu:.1f} | {alone_machine:.1f} |")
    print(f"| whole pipeline (task) | {result['seconds']:.1f} | {whole:.0f} | worker and extractors {worker:.1f}, PostgreSQL {postgres:.1f} | {cpu:.1f} |")
    print(f"| whole command | {wall:.1f} | {pages / wall:.0f} | | {cpu:.1f} |")
    print(f"\npipeline : extractor alone = {whole / rate:.2f} (by CPU time {alone_cpu / (worker + postgres):.2f})\n")
    print("Resident memory, MB, mean and highest of each tenth of the run:\n")
    print("| until s | worker mean | worker max | with children mean | with children max | PostgreSQL max (shared pages counted in each process) |")
    print("|---|---|---|---|---|---|")
    rows = sampler.rows
    for i in range(10):
        part = rows[len(rows) * i // 10 : len(rows) * (i + 1) // 10]
        if part:
            own, both = [r[1] for r in part], [r[1] + r[2] for r in part]
            print(f"| {part[-1][0]:.0f} | {sum(own) / len(own):.0f} | {max(own):.0f} | {sum(both) / len(both):.0f} | {max(both):.0f} | {max(r[3] for r in part):.0f} |")
    print(f"\nhighest: worker {max(r[1] for r in rows):.0f} MB, with children {max(r[1] + r[2] for r in rows):.0f} MB\n")
    database, wal = postgres_sizes(data)
    print(f"disk, MB: PostgreSQL {database:.0f} (of it write-ahead log {wal:.0f}), blobs {size(os.path.join(data, 'blobs')):.0f}, "
          f"segments {size(os.path.join(data, 'index')):.0f}")


if __name__ == "__main__":
    main()
