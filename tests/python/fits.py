"""Writes what scikit-learn makes of four data sets: CSV files to train on, and reference.json with rows, fits and scores."""

import json
import pathlib
import sys

import numpy
from sklearn import datasets
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import StandardScaler

folder = pathlib.Path(sys.argv[1])
telco = pathlib.Path(sys.argv[2])


def split_of(rows, share, seed):
    train, test = train_test_split(numpy.arange(rows), test_size=share, random_state=seed)
    return {"rows": rows, "share": share, "seed": seed, "train": train.tolist(), "test": test.tolist()}


def folds_of(rows, folds, seed):
    parts = KFold(folds, shuffle=True, random_state=seed).split(numpy.arange(rows))
    return {"rows": rows, "folds": folds, "seed": seed, "tests": [test.tolist() for _, test in parts]}


def fit_of(name, data, model):
    columns = [column.replace(" ", "_") for column in data.feature_names]
    x = StandardScaler().fit_transform(data.data)
    y = data.target
    lines = [",".join(columns + ["target"])]
    lines += [",".join([repr(float(v)) for v in row] + [str(int(t))]) for row, t in zip(x, y)]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    train, _ = train_test_split(numpy.arange(len(y)), test_size=0.2, random_state=1)
    model.fit(x[train], y[train])
    intercepts = numpy.atleast_1d(model.intercept_)
    if len(intercepts) > 1:
        intercepts = intercepts - intercepts.mean()
    return {"columns": columns, "coefficients": numpy.atleast_2d(model.coef_).tolist(), "intercepts": intercepts.tolist()}


def telco_trees():
    lines = [line.split(",") for line in telco.read_text().strip().split("\n")]
    clean = lambda text: "_".join(text.strip().lower().split())
    names = [clean(name) for name in lines[0]]
    rows = [dict(zip(names, [clean(cell) for cell in line])) for line in lines[1:]]
    y = numpy.array([1 if row.pop("churn") == "yes" else 0 for row in rows])
    for row in rows:
        for name in ("seniorcitizen", "tenure", "monthlycharges", "totalcharges"):
            row[name] = float(row[name] or 0)
    train, test = train_test_split(numpy.arange(len(rows)), test_size=0.2, random_state=1)
    vectorizer = DictVectorizer(sparse=False)
    model = GradientBoostingClassifier(random_state=1)
    model.fit(vectorizer.fit_transform([rows[i] for i in train]), y[train])
    scores = model.predict_proba(vectorizer.transform([rows[i] for i in test]))[:, 1]
    return {"auc": roc_auc_score(y[test], scores), "logLoss": log_loss(y[test], scores)}


logistic = lambda: LogisticRegression(C=1.0, solver="newton-cg", tol=1e-10, max_iter=10_000)
reference = {
    "splits": [split_of(*case) for case in [(10, 0.3, 0), (1000, 0.2, 42), (7043, 0.25, 2**32 - 1), (4097, 0.2, 7)]],
    "folds": [folds_of(*case) for case in [(11, 3, 0), (1000, 7, 42), (4097, 5, 7)]],
    "fits": {
        "breast-cancer": fit_of("breast-cancer", datasets.load_breast_cancer(), logistic()),
        "wine": fit_of("wine", datasets.load_wine(), logistic()),
        "diabetes": fit_of("diabetes", datasets.load_diabetes(), Ridge(alpha=1.0)),
    },
    "trees": telco_trees(),
}
(folder / "reference.json").write_text(json.dumps(reference))
