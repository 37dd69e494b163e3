"""Reads scores with our figures of them, computes the same with scikit-learn, and ends with an error where one differs by more than 1e-6."""

import json
import pathlib
import sys

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

TOLERANCE = 1e-6
compared = 0
worst = 0.0


def agree(name, ours, theirs):
    global compared, worst
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if ours.shape != theirs.shape:
        sys.exit(f"{name}: ours {ours.tolist()}, scikit-learn's {theirs.tolist()}")
    difference = float(np.max(np.abs(ours - theirs), initial=0.0))
    if not difference <= TOLERANCE:
        sys.exit(f"{name}: ours {ours.tolist()}, scikit-learn's {theirs.tolist()}, {difference} apart")
    compared += ours.size
    worst = max(worst, difference)


cases = json.loads(pathlib.Path(sys.argv[1]).read_text())

for case in cases["binary"]:
    labels, scores = np.array(case["labels"]), np.array(case["scores"])
    agree("AUC", case["auc"], metrics.roc_auc_score(labels, scores))
    agree("average precision", case["averagePrecision"], metrics.average_precision_score(labels, scores))
    agree("log loss", case["logLoss"], metrics.log_loss(labels, scores))
    agree("Brier score", case["brier"], metrics.brier_score_loss(labels, scores))
    for row in case["thresholds"]:
        predicted = (scores >= row["threshold"]).astype(int)
        agree("accuracy", row["accuracy"], metrics.accuracy_score(labels, predicted))
        agree("precision", row["precision"], metrics.precision_score(labels, predicted, zero_division=0))
        agree("recall", row["recall"], metrics.recall_score(labels, predicted))
        agree("F1", row["f1"], metrics.f1_score(labels, predicted, zero_division=0))
    observed, predicted = calibration_curve(labels, scores, n_bins=10, strategy="quantile")
    agree("calibration, observed", case["calibration"]["observed"], observed)
    agree("calibration, predicted", case["calibration"]["predicted"], predicted)

for case in cases["multiclass"]:
    targets = np.array(case["targets"])
    outputs = np.array(case["outputs"]).reshape(-1, case["classes"])
    predicted = outputs.argmax(axis=1)
    precision, recall, f1, rows = metrics.precision_recall_fscore_support(targets, predicted, zero_division=0)
    agree("log loss", case["logLoss"], metrics.log_loss(targets, outputs))
    agree("confusion matrix", case["confusion"], metrics.confusion_matrix(targets, predicted))
    agree("precision by class", [score["precision"] for score in case["scores"]], precision)
    agree("recall by class", [score["recall"] for score in case["scores"]], recall)
    agree("F1 by class", [score["f1"] for score in case["scores"]], f1)
    agree("rows by class", [score["rows"] for score in case["scores"]], rows)
    agree(
        "AUC by class",
        [score["auc"] for score in case["scores"]],
        metrics.roc_auc_score(targets, outputs, multi_class="ovr", average=None),
    )

for case in cases["regression"]:
    targets, outputs = np.array(case["targets"]), np.array(case["outputs"])
    agree("R²", case["r2"], metrics.r2_score(targets, outputs))
    agree("RMSE", case["rmse"], metrics.mean_squared_error(targets, outputs) ** 0.5)
    agree("MAE", case["mae"], metrics.mean_absolute_error(targets, outputs))
    agree("correlation", case["correlation"], np.corrcoef(targets, outputs)[0, 1])

for case in cases["information"]:
    agree("mutual information", case["mutualInformation"], metrics.mutual_info_score(case["first"], case["second"]))

print(f"{compared} figures agree with scikit-learn's within {TOLERANCE}; the largest difference is {worst:.1e}")
