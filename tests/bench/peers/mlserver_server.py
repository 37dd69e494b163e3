"""MLServer with a runtime of its own and ONNX Runtime, in its main process: parallel workers would only add a hop."""

import asyncio
import sys

import numpy
import orjson
from fastapi import Request, Response
from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.handlers import custom_handler
from mlserver.types import InferenceRequest, InferenceResponse

from churn import answer, encode, open_score
from customer import Customer


class Churn(MLModel):
    async def load(self) -> bool:
        self.score = open_score()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        table = {
            tensor.name: StringCodec.decode_input(tensor) if tensor.datatype == "BYTES" else NumpyCodec.decode_input(tensor)[:, 0].tolist()
            for tensor in payload.inputs
        }
        rows = [dict(zip(table, values)) for values in zip(*table.values())]
        probabilities = self.score(encode([Customer.model_validate(row).__dict__ for row in rows]))
        output = NumpyCodec.encode_output("churn_probability", numpy.array(probabilities))
        return InferenceResponse(model_name=self.name, outputs=[output])

    @custom_handler(rest_path="/predict")
    async def predict_rows(self, request: Request) -> Response:
        body = orjson.loads(await request.body())
        rows = body if isinstance(body, list) else [body]
        answers = [answer(p) for p in self.score(encode([Customer.model_validate(row).__dict__ for row in rows]))]
        return Response(orjson.dumps(answers if isinstance(body, list) else answers[0]), media_type="application/json")


async def main(port: int) -> None:
    settings = Settings(
        debug=False, host="127.0.0.1", http_port=port, grpc_port=0, parallel_workers=0, metrics_endpoint=None
    )
    server = MLServer(settings)
    await server.start([ModelSettings(name="churn", implementation=Churn)])


asyncio.run(main(int(sys.argv[1])))
