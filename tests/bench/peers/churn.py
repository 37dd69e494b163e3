"""The bundle that the server under test serves, for its peers: its graph, its columns, its answers."""

import json
import os
from pathlib import Path

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy
import onnxruntime

BUNDLE = Path(__file__).resolve().parents[3] / "models" / "churn" / "1"
FEATURES = json.loads((BUNDLE / "manifest.json").read_text())["features"]

columns: list[tuple[str, int, dict[str, int] | None]] = []
width = 0
for feature in FEATURES:
    if feature["kind"] == "number":
        columns.append((feature["name"], width, None))
        width += 1
    else:
        values = [value["value"] for value in feature["values"]]
        columns.append((feature["name"], width, {value: width + at for at, value in enumerate(values)}))
        width += len(values)


def encode(rows: list[dict]) -> numpy.ndarray:
    """Rows that are known to be valid as the graph's input."""
    matrix = numpy.zeros((len(rows), width), numpy.float32)
    for row, cells in zip(rows, matrix):
        for name, column, values in columns:
            if values is None:
                cells[column] = row[name]
            else:
                cells[values[row[name]]] = 1
    return matrix


def open_score():
    """A function from the graph's input to probabilities."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(BUNDLE / "model.onnx", options, providers=["CPUExecutionProvider"])
    return lambda matrix: session.run(["probability"], {"X": matrix})[0][:, 0].tolist()


def answer(probability: float) -> dict:
    return {"churn_probability": probability, "churn": probability >= 0.5}
