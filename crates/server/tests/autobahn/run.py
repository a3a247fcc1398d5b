"""Runs Autobahn's cases with kosoku, and prints a JSON object for each.

usage: run.py as-client PORT [CASE...]      against a server on 127.0.0.1:PORT
       run.py as-server [CASE...]           for a client; prints first where it listens
"""
import asyncio
import importlib.metadata
import json
import os
import sys

from kosoku import FailureError, run_fuzzingclient, run_fuzzingserver


async def main(role, *arguments):
    tell(kosoku=importlib.metadata.version("kosoku"), python=sys.version.split()[0])
    try:
        if role == "as-client":
            port, *cases = arguments
            results = await run_fuzzingclient(f"127.0.0.1:{port}", cases or None, None, concurrency=2)
        else:
            async with run_fuzzingserver(arguments or None, None, port=0) as server:
                tell(port=server.port)
                results = await server.get_result()
    except FailureError as failure:
        results = failure.results
    for result in results:
        said = [result.result, result.result_close, result.was_not_clean_reason]
        behavior, close = result.behavior.value, result.behavior_close.value
        fine = {behavior, close} <= {"OK", "INFORMATIONAL"}
        tell(
            id=result.case_id,
            behavior=behavior,
            behaviorClose=close,
            said=" ".join(filter(None, said)),
            wire=[] if fine else [str(row)[:160] for row in result.wirelog[-20:]],
        )


def tell(**fields):
    print(json.dumps(fields), flush=True)


asyncio.run(main(*sys.argv[1:]))
# Threads of kosoku's sometimes abort the interpreter while it is being taken down.
os._exit(0)
