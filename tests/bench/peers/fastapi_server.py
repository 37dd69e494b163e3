"""FastAPI with pydantic validation and ONNX Runtime in one uvicorn worker."""

from fastapi import FastAPI
from pydantic import BaseModel

from churn import answer, encode, open_score
from customer import Customer


class Prediction(BaseModel):
    churn_probability: float
    churn: bool


app = FastAPI()
score = open_score()


@app.post("/predict")
async def predict(body: Customer | list[Customer]) -> Prediction | list[Prediction]:
    rows = body if isinstance(body, list) else [body]
    answers = [Prediction(**answer(p)) for p in score(encode([row.__dict__ for row in rows]))]
    return answers if isinstance(body, list) else answers[0]


@app.get("/ping")
async def ping() -> str:
    return "PONG"
