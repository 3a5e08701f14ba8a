#!/usr/bin/env python3
"""Times the AppHost: starts to ready, stops, and what the idle system takes.

    dotnet build RagPy.AppHost
    bench/apphost/run.py [--starts 5] [--idle 60] [--configuration Debug]

Prints Markdown. Each start is a warm one (programs installed, database made) of the built AppHost on a data folder of its own; with --dotnet-run each is
`dotnet run --project RagPy.AppHost` instead, the build's check of what is up to date included.
"""

import argparse
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARK = b"RAGPY_APPHOST_RUN="
READY = re.compile(r"is ready after ([0-9.]+) s")
TICKS = os.sysconf("SC_CLK_TCK")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--idle", type=int, default=60, help="seconds over which the idle system is watched")
    parser.add_argument("--settle", type=int, default=15, help="seconds between ready and watching")
    parser.add_argument("--configuration", default="Debug")
    parser.add_argument("--dotnet-run", action="store_true")
    return parser.parse_args()


def command(options):
    if options.dotnet_run:
        return ["dotnet", "run", "--project", str(ROOT / "RagPy.AppHost"), "-c", options.configuration, "--no-launch-profile"]
    program = ROOT / "artifacts/bin/RagPy.AppHost" / options.configuration.lower() / "RagPy.AppHost.dll"
    return ["dotnet", "exec", str(program)]


def start(options, data):
    environment = dict(
        os.environ,
        RAGPY_DATA=str(data),
        RAGPY_PORT="0",
        ASPNETCORE_URLS="http://localhost:0",
        DOTNET_ENVIRONMENT="Development",
    )
    begin = time.monotonic()
    process = subprocess.Popen(command(options), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    said = []
    for line in process.stdout:
        said.append(line)
        if READY.search(line):
            return process, time.monotonic() - begin
    sys.exit(f"The AppHost did not start:\n{''.join(said)}")


def stop(process):
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.stdout.read()
    process.wait()
    return time.monotonic() - begin


def processes(data):
    """Numbers of the run's processes with their group; PostgreSQL's children clobber their environment and are found by their parent."""
    found = {}
    parents = {}
    mark = MARK + os.fsencode(data) + b"\0"
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            number = int(entry.name)
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parents[number] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            environment = (entry / "environ").read_bytes()
            if mark in environment or f"RagPy.AppHost.dll" in line and os.fsencode(data) in environment:
                found[number] = group(line)
        except OSError:
            continue
    grown = True
    while grown:
        children = {number: found[parent] for number, parent in parents.items() if parent in found and number not in found}
        grown = bool(children)
        found.update({number: "PostgreSQL" if of.startswith("PostgreSQL") else of for number, of in children.items()})
    return found


def group(line):
    for text, name in (
        ("RagPy.Api.dll", "API, 2 replicas"),
        ("RagPy.Ingestion.dll", "ingestion worker"),
        ("RagPy.Gateway.dll", "gateway"),
        ("RagPy.LocalServices.dll postgres", "PostgreSQL"),
        ("RagPy.LocalServices.dll redis", "Redis (Garnet)"),
        ("aspire-managed", "dashboard"),
        ("RagPy.AppHost", "AppHost"),
        ("/dcp", "DCP"),
        ("bin/postgres", "PostgreSQL"),
    ):
        if text in line:
            return name
    return "other"


def memory_of(number):
    """Resident and proportional set size in bytes: in the latter, pages that several processes share count once in total."""
    text = pathlib.Path(f"/proc/{number}/smaps_rollup").read_text()
    return [int(re.search(rf"^{name}:\s+(\d+)", text, re.M).group(1)) * 1024 for name in ("Rss", "Pss")]


def ticks(number):
    fields = pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def watch(data, seconds):
    groups = processes(data)
    before = {number: ticks(number) for number in groups}
    begin = time.monotonic()
    time.sleep(seconds)
    elapsed = time.monotonic() - begin
    rows = {}
    for number, name in groups.items():
        resident, proportional, cpu, count = rows.get(name, (0, 0, 0.0, 0))
        try:
            own = memory_of(number)
            used = (ticks(number) - before[number]) / TICKS / elapsed
        except OSError:
            continue
        rows[name] = (resident + own[0], proportional + own[1], cpu + used, count + 1)
    return rows


def main():
    options = arguments()
    data = pathlib.Path(tempfile.mkdtemp(prefix="ragpy-bench-"))
    os.chmod(data, 0o755)
    shared = ROOT / ".ragpy/tools"
    shared.mkdir(parents=True, exist_ok=True)
    (data / "tools").symlink_to(shared)
    stop(start(options, data)[0])

    starts, stops = [], []
    for _ in range(options.starts):
        process, ready = start(options, data)
        starts.append(ready)
        stops.append(stop(process))

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout.strip()
    print(f"Commit {commit}, {os.cpu_count()} cores, {options.configuration}, {'dotnet run' if options.dotnet_run else 'built AppHost'}\n")
    print("| what | median | slowest |\n| --- | --- | --- |")
    print(f"| warm start to ready, s (n = {len(starts)}) | {statistics.median(starts):.1f} | {max(starts):.1f} |")
    print(f"| stop, s (n = {len(stops)}) | {statistics.median(stops):.1f} | {max(stops):.1f} |")

    if options.idle > 0:
        process, _ = start(options, data)
        time.sleep(options.settle)
        rows = watch(data, options.idle)
        stop(process)
        print(f"\nIdle over {options.idle} s:\n\n| process | count | RSS, MB | PSS, MB | CPU, % of a core |\n| --- | --- | --- | --- | --- |")
        apart = {"dashboard", "DCP"}
        for name in sorted(rows, key=lambda name: (name in apart, name)):
            resident, proportional, cpu, count = rows[name]
            print(f"| {name} | {count} | {resident / 1e6:.0f} | {proportional / 1e6:.0f} | {cpu * 100:.1f} |")
        for title, names in (("without dashboard and DCP", set(rows) - apart), ("all", set(rows))):
            resident, proportional, cpu = (sum(rows[name][column] for name in names) for column in range(3))
            print(f"| **{title}** | | **{resident / 1e6:.0f}** | **{proportional / 1e6:.0f}** | **{cpu * 100:.1f}** |")

    subprocess.run(["rm", "-rf", str(data)], check=True)


main()
