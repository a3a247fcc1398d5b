"""Runs Autobahn's cases with kosoku, and prints a JSON object for each.

usage: run.py as-client PORT [CASE...]      against a server on 127.0.0.1:PORT
       run.py as-server [CASE...]           for a client; prints first where it listens
"""
import asyncio
import importlib.metadata
import json
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
        tell(
            id=result.case_id,
            behavior=result.behavior.value,
            behaviorClose=result.behavior_close.value,
            said=f"{result.result} {result.result_close}",
        )


def tell(**fields):
    print(json.dumps(fields), flush=True)


asyncio.run(main(*sys.argv[1:]))
