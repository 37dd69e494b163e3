"""LitServe with one worker and ONNX Runtime."""

import sys

import litserve

from churn import answer, encode, open_score
from customer import Customer


class Churn(litserve.LitAPI):
    def setup(self, device):
        self.score = open_score()

    def decode_request(self, request):
        rows = request if isinstance(request, list) else [request]
        matrix = encode([Customer.model_validate(row).__dict__ for row in rows])
        return matrix, isinstance(request, list)

    def predict(self, decoded):
        matrix, is_list = decoded
        return self.score(matrix), is_list

    def encode_response(self, output):
        probabilities, is_list = output
        answers = [answer(p) for p in probabilities]
        return answers if is_list else answers[0]


if __name__ == "__main__":
    server = litserve.LitServer(Churn(), accelerator="cpu", workers_per_device=1, fast_queue=True, healthcheck_path="/ping")
    server.run(host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False, log_level="warning")
