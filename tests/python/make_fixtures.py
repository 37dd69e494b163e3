"""Writes the foreign models under tests/fixtures/foreign, each with its own library's answers on the first 1,000 rows of the churn data.

python -m venv .cache/fixtures, install requirements-fixtures.txt into it (PyTorch is 3 GB), then from the root of the checkout:
.cache/fixtures/bin/python tests/python/make_fixtures.py . [NAME...]; NAME is one of MAKERS, all by default.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROWS = 1000


def main(root, names):
    data = read_data(root)
    for name in names or MAKERS:
        onnx_bytes, expected = MAKERS[name](data)
        folder = root / "tests/fixtures/foreign" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.onnx").write_bytes(onnx_bytes)
        rounded = np.asarray(expected)[:ROWS].astype(np.float32)
        # nine digits are a float32 in full
        lines = [",".join(f"{value:.9g}" for value in np.atleast_1d(row)) for row in rounded]
        (folder / "expected.csv").write_text("\n".join(lines) + "\n")
        print(name, len(onnx_bytes), "bytes")


class Data:
    """The churn data three ways: as it is, as the one-hot matrix of the served bundle, and the target."""

    def __init__(self, frame, packed, target):
        self.frame, self.packed, self.target = frame, packed, target


def read_data(root):
    raw = pd.read_csv(root / "models/churn/data/telco-churn.csv", dtype=str, keep_default_na=False)
    features = json.loads((root / "models/churn/1/manifest.json").read_text())["features"]
    by_name = {column.lower(): column for column in raw.columns}
    frame, packed = {}, []
    for feature in features:
        column = raw[by_name[feature["name"]]]
        if feature["kind"] == "number":
            numbers = pd.to_numeric(column.str.strip().replace("", "0")).astype(np.float32)
            frame[by_name[feature["name"]]] = numbers
            packed.append(numbers.to_numpy()[:, None])
        else:
            frame[by_name[feature["name"]]] = column
            normalised = column.str.strip().str.lower().str.replace(" ", "_")
            values = [value["value"] for value in feature["values"]]
            assert set(normalised) <= set(values), feature["name"]
            packed.append(np.stack([(normalised == value).to_numpy() for value in values], axis=1))
    target = (raw["Churn"] == "Yes").astype(int).to_numpy()
    return Data(pd.DataFrame(frame), np.concatenate(packed, axis=1).astype(np.float32), target)


def sklearn_columns(data):
    """skl2onnx as its documentation has it: one input per column, ZipMap on."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = data.frame
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    numbers = [name for name in frame if name not in texts]
    pipeline = Pipeline(
        [
            (
                "columns",
                ColumnTransformer(
                    [("texts", OneHotEncoder(handle_unknown="ignore"), texts), ("numbers", StandardScaler(), numbers)]
                ),
            ),
            ("model", LogisticRegression(max_iter=1000)),
        ]
    ).fit(frame, np.where(data.target == 1, "Yes", "No"))
    types = [(name, StringTensorType([None, 1]) if name in texts else FloatTensorType([None, 1])) for name in frame]
    return to_onnx(pipeline, initial_types=types).SerializeToString(), pipeline.predict_proba(frame[:ROWS])[:, 1]


def sklearn_packed(data):
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(data.packed, data.target)
    return to_onnx(pipeline, data.packed[:1]).SerializeToString(), pipeline.predict_proba(data.packed[:ROWS])[:, 1]


def sklearn_forest(data):
    """Three classes with text labels: the contract, from everything else that is a number."""
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestClassifier

    numbers = data.frame.select_dtypes("number").to_numpy()
    forest = RandomForestClassifier(12, max_depth=4, random_state=1).fit(numbers, data.frame["Contract"])
    return to_onnx(forest, numbers[:1]).SerializeToString(), forest.predict_proba(numbers[:ROWS])


def sklearn_regression(data):
    from skl2onnx import to_onnx
    from sklearn.ensemble import GradientBoostingRegressor

    numbers = data.frame[["SeniorCitizen", "tenure", "MonthlyCharges"]].to_numpy()
    model = GradientBoostingRegressor(n_estimators=30, max_depth=3, random_state=1)
    # in thousands, so that 1e-5 means something to float32
    model.fit(numbers, data.frame["TotalCharges"] / 1000)
    return to_onnx(model, numbers[:1]).SerializeToString(), model.predict(numbers[:ROWS])


def xgboost(data):
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    from xgboost import XGBClassifier

    model = XGBClassifier(n_estimators=40, max_depth=3, random_state=1).fit(data.packed, data.target)
    types = [("X", FloatTensorType([None, data.packed.shape[1]]))]
    return convert_xgboost(model, initial_types=types).SerializeToString(), model.predict_proba(data.packed[:ROWS])[:, 1]


def lightgbm(data):
    from lightgbm import LGBMClassifier
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = LGBMClassifier(n_estimators=40, max_depth=3, random_state=1, verbose=-1).fit(data.packed, data.target)
    types = [("X", FloatTensorType([None, data.packed.shape[1]]))]
    onnx_model = convert_lightgbm(model, initial_types=types, zipmap=True)
    return onnx_model.SerializeToString(), model.predict_proba(data.packed[:ROWS])[:, 1]


def pytorch(data):
    import io

    import torch

    torch.manual_seed(1)
    scale = torch.tensor(1 / np.maximum(1, np.abs(data.packed).max(axis=0)))

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = torch.nn.Sequential(
                torch.nn.Linear(data.packed.shape[1], 16),
                torch.nn.ReLU(),
                torch.nn.Linear(16, 1),
                torch.nn.Sigmoid(),
            )

        def forward(self, x):
            return self.layers(x * scale)

    net = Net()
    x, y = torch.tensor(data.packed), torch.tensor(data.target, dtype=torch.float32)[:, None]
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(200):
        optimiser.zero_grad()
        torch.nn.functional.binary_cross_entropy(net(x), y).backward()
        optimiser.step()
    net.eval()
    file = io.BytesIO()
    torch.onnx.export(
        net,
        (x[:2],),
        file,
        input_names=["features"],
        output_names=["probability"],
        dynamic_axes={"features": {0: "rows"}, "probability": {0: "rows"}},
        dynamo=False,
    )
    return file.getvalue(), net(x[:ROWS]).detach().numpy()[:, 0]


MAKERS = {
    "sklearn-columns": sklearn_columns,
    "sklearn-packed": sklearn_packed,
    "sklearn-forest": sklearn_forest,
    "sklearn-regression": sklearn_regression,
    "xgboost": xgboost,
    "lightgbm": lightgbm,
    "pytorch": pytorch,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
