"""A customer as a pydantic model, made from the feature table as a person would write it: a field a feature, a Literal a category."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from churn import FEATURES


def field(feature: dict):
    if feature["kind"] == "category":
        return Literal[tuple(value["value"] for value in feature["values"])]
    kind = int if feature.get("integer") else float
    return Annotated[kind, Field(ge=feature.get("minimum"), le=feature.get("maximum"))]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


Customer = create_model("Customer", __base__=Row, **{f["name"]: (field(f), ...) for f in FEATURES})
