"""The original's preparation and model over a file: read_csv in chunks, DictVectorizer, predict_proba, to_csv."""

import pickle
import sys
from pathlib import Path

import pandas

model_path, source, target = sys.argv[1:4]
vectorizer, model = pickle.loads(Path(model_path).read_bytes())
features = sorted({name.split("=")[0] for name in vectorizer.feature_names_})

for number, chunk in enumerate(pandas.read_csv(source, chunksize=50_000)):
    rows = chunk.rename(columns=lambda name: name.strip().lower().replace(" ", "_"))
    for name in rows.select_dtypes(exclude="number").columns:
        rows[name] = rows[name].str.strip().str.lower().str.replace(" ", "_")
    rows["totalcharges"] = pandas.to_numeric(rows["totalcharges"], errors="coerce").fillna(0)
    matrix = vectorizer.transform(rows[features].to_dict(orient="records"))
    chunk["probability"] = model.predict_proba(matrix)[:, 1]
    chunk["prediction"] = chunk["probability"] >= 0.5
    chunk.to_csv(target, index=False, header=number == 0, mode="w" if number == 0 else "a")
