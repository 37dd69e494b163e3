"""The original's training: DictVectorizer and LogisticRegression on the same split, as a pickle."""

import csv
import pickle
import sys
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

DATA = Path(__file__).resolve().parents[3] / "models" / "churn" / "data" / "telco-churn.csv"
NUMBERS = {"seniorcitizen": int, "tenure": int, "monthlycharges": float, "totalcharges": float}

with DATA.open() as file:
    rows = [{k.strip().lower().replace(" ", "_"): v.strip().lower().replace(" ", "_") for k, v in row.items()} for row in csv.DictReader(file)]
for row in rows:
    row.pop("customerid", None)
    for name, kind in NUMBERS.items():
        row[name] = kind(row[name] or 0)
targets = [int(row.pop("churn") == "yes") for row in rows]
train_rows, _, train_targets, _ = train_test_split(rows, targets, test_size=0.2, random_state=1)

vectorizer = DictVectorizer(sparse=False)
model = LogisticRegression(C=1.0, max_iter=10_000).fit(vectorizer.fit_transform(train_rows), train_targets)
Path(sys.argv[1]).write_bytes(pickle.dumps((vectorizer, model)))
