"""The original's stack: Flask under gunicorn with one worker, a pickled DictVectorizer and LogisticRegression, one row a request."""

import os
import pickle
from pathlib import Path

from flask import Flask, jsonify, request

vectorizer, model = pickle.loads(Path(os.environ["MODEL"]).read_bytes())
app = Flask("churn")


@app.route("/predict", methods=["POST"])
def predict():
    probability = model.predict_proba(vectorizer.transform([request.get_json()]))[0, 1]
    return jsonify({"churn_probability": float(probability), "churn": bool(probability >= 0.5)})


@app.route("/ping")
def ping():
    return "PONG"
