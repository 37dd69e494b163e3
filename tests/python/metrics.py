"""Reads targets and outputs of one or more tests, and writes scikit-learn's metrics of them."""

import json
import pathlib
import sys

import numpy
from sklearn import metrics

source, destination = sys.argv[1:]


def binary(y, p):
    return {
        "auc": metrics.roc_auc_score(y, p),
        "prAuc": metrics.average_precision_score(y, p),
        "logLoss": metrics.log_loss(y, p),
        "brier": metrics.brier_score_loss(y, p),
        "accuracy": metrics.accuracy_score(y, p >= 0.5),
        "precision": metrics.precision_score(y, p >= 0.5),
        "recall": metrics.recall_score(y, p >= 0.5),
        "f1": metrics.f1_score(y, p >= 0.5),
    }


def multiclass(y, p):
    return {"accuracy": metrics.accuracy_score(y, p.argmax(axis=1)), "logLoss": metrics.log_loss(y, p)}


def regression(y, p):
    return {
        "rmse": metrics.root_mean_squared_error(y, p),
        "mae": metrics.mean_absolute_error(y, p),
        "r2": metrics.r2_score(y, p),
    }


judges = {"binary": binary, "multiclass": multiclass, "regression": regression}
answers = {}
for name, test in json.loads(pathlib.Path(source).read_text()).items():
    y = numpy.array(test["targets"])
    p = numpy.array(test["outputs"])
    answers[name] = judges[test["task"]](y, p.reshape(len(y), -1) if test["task"] == "multiclass" else p)
pathlib.Path(destination).write_text(json.dumps(answers))
