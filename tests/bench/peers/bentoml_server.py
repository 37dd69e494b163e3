"""BentoML with one worker and ONNX Runtime."""

import bentoml
from pydantic import RootModel

from churn import answer, encode, open_score
from customer import Customer


class Body(RootModel):
    root: Customer | list[Customer]


@bentoml.service(workers=1, logging={"access": {"enabled": False}}, metrics={"enabled": False})
class Churn:
    def __init__(self):
        self.score = open_score()

    @bentoml.api(route="/predict", input_spec=Body)
    async def predict(self, root) -> list | dict:
        rows = root if isinstance(root, list) else [root]
        answers = [answer(p) for p in self.score(encode([row.__dict__ for row in rows]))]
        return answers if isinstance(root, list) else answers[0]
