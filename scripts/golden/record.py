"""Records what TensorFlow and Keras really compute, for test/golden: `npm run golden`, or

    python scripts/golden/record.py [--python PYTHON] [--family NAME …] [--check]     samples → test/golden/<family>.jsonl
    python scripts/golden/record.py --file FILE.py --loss NAME --batch BATCH.json --keras 2|3|none     one loss as `fit` would compute it
    npm run golden:examples -- [PYTHON]     the losses of examples/ on their own sample batches → test/golden/examples.jsonl

Needs Python 3.10 … 3.13. PYTHON is an interpreter that has tensorflow 2.21, keras 3.15.1 and tf_keras 2.21; without it, and when the running interpreter
has no tensorflow, a virtual environment is made in the user's cache folder (about 2 GB, a few minutes, once).
"""
import argparse
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "test" / "golden"
sys.path.insert(0, str(HERE))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="interpreter that has TensorFlow")
    parser.add_argument("--family", nargs="*", help="only these families")
    parser.add_argument("--check", action="store_true", help="write nothing; say what would change")
    parser.add_argument("--list", action="store_true", help="print entries and their counts")
    parser.add_argument("--file", help="a Python file with a loss")
    parser.add_argument("--loss")
    parser.add_argument("--batch")
    parser.add_argument("--keras", choices=("2", "3", "none"), default="none")
    return parser.parse_args()


def load_families(only):
    import importlib
    names = sorted(p.stem for p in (HERE / "families").glob("*.py") if p.stem != "__init__")
    found = {}
    for name in names:
        for family in importlib.import_module(f"families.{name}").FAMILIES:
            if not only or family.name in only:
                found.setdefault(family.name, []).extend(family.samples)
    return found


def record_family(name, samples, check):
    from run import run
    lines, surprises, seen = [], [], set()
    for sample in samples:
        line, notes = run(sample)
        if line["id"] in seen:
            notes.append("written twice")
        seen.add(line["id"])
        surprises += [f"{line['id']}: {note}\n{sample.source}" for note in notes]
        lines.append(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n")
    path = OUT / f"{name}.jsonl"
    text = "".join(lines)
    changed = not path.exists() or path.read_text() != text
    if not check:
        path.write_text(text)
    print(f"{name}: {len(lines)} samples, {sum(len(l) for l in lines) // 1024} KB{', changed' if changed else ''}", flush=True)
    return surprises


def main():
    options = arguments()
    import environment
    if options.file and options.keras == "2":
        environment.SETTINGS["TF_USE_LEGACY_KERAS"] = "1"
    environment.ensure(options.python)
    if options.file:
        from keras_fit import record_file
        print(json.dumps(record_file(options.file, json.load(open(options.batch)), options.loss, options.keras)))
        return
    surprises = []
    for name, samples in load_families(options.family).items():
        if options.list:
            print(name, len(samples), *sorted({s.entry for s in samples}))
        else:
            surprises += record_family(name, samples, options.check)
    if surprises:
        print(f"\n{len(surprises)} surprises: make each a deliberate `fails` sample or repair it", file=sys.stderr)
        sys.exit("\n".join(surprises))


if __name__ == "__main__":
    main()
