"""The truth side of `npm run corpus`: runs real losses in real TensorFlow.

    echo '[{"file": "losses.py", "loss": "focal", "batch": {"y_true": {…}, "y_pred": {…}}}]' | python scripts/golden/truth.py [--python PYTHON] [--seconds 30]

`batch` is a batch or the path of one; `keras` ("2", "3" or "none", the default) may be given. Answers one JSON line per item, in order: what keras_fit.record_file says, plus
"environment": "modern" (TensorFlow 2.21, Keras 3.15), "spellings" (the same plus plain keras.backend's functions and TensorFlow 1's names, tried when the file asks for a name
that is not there), or "keras2".
Every item runs in a process of its own, forked from one that has already imported TensorFlow, and is killed when its time is over. THE FILES ARE EXECUTED.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


class Server:
    """A process with one environment imported; answers one item after the other."""

    def __init__(self, environment, seconds):
        settings = {**os.environ, "TF_USE_LEGACY_KERAS": "1" if environment == "keras2" else "0"}
        command = [sys.executable, str(HERE / "truth.py"), "--serve", environment, "--seconds", str(seconds)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=settings)

    def ask(self, item):
        self.process.stdin.write(json.dumps(item) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline() or '{"error": {"type": "crash", "kind": "crash", "message": "the server died"}}')


def serve(environment, seconds):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what user files print is nobody's answer
    import tensorflow, tf_keras  # noqa: E401,F401  (once, before forking)
    if environment != "keras2":
        import keras  # noqa: F401
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    for line in sys.stdin:
        answers.write(json.dumps(isolated(context, json.loads(line), environment, seconds)) + "\n")
        answers.flush()


def isolated(context, item, environment, seconds):
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=work, args=(sender, item, environment))
    child.start()
    sender.close()
    try:
        answer = receiver.recv() if receiver.poll(seconds) else failure("timeout", f"took more than {seconds} s")
    except EOFError:
        answer = failure("crash", "the process died")
    child.kill()
    child.join()
    return answer


def work(sender, item, environment):
    from keras_fit import record_file
    sys.stdin = open(os.devnull)
    batch = item["batch"] if isinstance(item["batch"], dict) else json.load(open(item["batch"]))
    keras = item.get("keras", "none")
    if environment == "spellings":
        keras = "spellings"
    sender.send(record_file(item["file"], batch, item["loss"], keras))


def failure(kind, message):
    return {"error": {"type": kind, "kind": kind, "message": message}, "stage": "call"}


def answer(servers, item, seconds):
    def ask(environment):
        if environment not in servers:
            servers[environment] = Server(environment, seconds)
        return {**servers[environment].ask(item), "environment": environment}
    if item.get("keras") == "2":
        return ask("keras2")
    first = ask("modern")
    if item.get("keras") == "3" or first.get("error", {}).get("kind") not in ("name", "type") and first.get("error", {}).get("type") not in ("ModuleNotFoundError", "ImportError"):
        return first
    second = ask("spellings")
    return {**first, "spellingsError": second["error"]} if "error" in second else second


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--serve")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    import environment
    environment.ensure(options.python)
    if options.serve:
        return serve(options.serve, options.seconds)
    servers = {}
    for item in json.load(sys.stdin):
        print(json.dumps({"file": item["file"], "loss": item["loss"], **answer(servers, item, options.seconds)}), flush=True)
    for server in servers.values():
        server.process.stdin.close()
        server.process.wait()


if __name__ == "__main__":
    main()
