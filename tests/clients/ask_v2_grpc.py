"""Asks a server over gRPC with Triton's clients. A process of its own: they and kserve both define the protocol, and protobuf takes it once.

python ask_v2_grpc.py PORT COLUMNS KEY    COLUMNS: a JSON file {feature: [value, ...]}
"""

import asyncio
import json
import sys

import numpy as np
import tritonclient.grpc as triton
import tritonclient.grpc.aio as triton_aio

port, columns_file, operator_key = sys.argv[1:]
host = f"127.0.0.1:{port}"
columns = json.load(open(columns_file))
key = {"authorization": f"Bearer {operator_key}"}


def inputs_of(module):
    inputs = []
    for name, values in columns.items():
        is_text = isinstance(values[0], str)
        array = np.array(values, dtype=np.object_ if is_text else np.float64).reshape(-1, 1)
        tensor = module.InferInput(name, list(array.shape), "BYTES" if is_text else "FP64")
        tensor.set_data_from_numpy(array)
        inputs.append(tensor)
    return inputs


def probabilities(result):
    return [float(p) for p in result.as_numpy("probability").reshape(-1)]


def ask(answers):
    client = triton.InferenceServerClient(host)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("churn")
    assert client.get_server_metadata().name
    assert len(client.get_model_metadata("churn").inputs) == len(columns)
    assert client.get_model_repository_index(headers=key).models[0].state == "READY"
    config = client.get_model_config("twin").config
    assert config.max_batch_size == 2 and list(config.input[0].dims) == [3] and config.input[0].data_type == 11, config
    client.unload_model("twin", headers=key)
    assert not client.is_model_ready("twin")
    client.load_model("twin", headers=key)
    assert client.is_model_ready("twin")
    answers["tritonclient.grpc"] = probabilities(client.infer("churn", inputs_of(triton)))
    [statistics] = client.get_inference_statistics("churn").model_stats
    assert statistics.inference_count >= len(next(iter(columns.values()))) and statistics.inference_stats.success.ns > 0
    try:
        client.infer("chrun", inputs_of(triton))
        raise AssertionError("an unknown model was answered")
    except triton.InferenceServerException as error:
        assert error.status() == "StatusCode.NOT_FOUND" and 'did you mean "churn"' in str(error), error


async def ask_aio(answers):
    async with triton_aio.InferenceServerClient(host) as client:
        assert await client.is_server_ready()
        inputs = inputs_of(triton_aio)
        answers["tritonclient.grpc.aio"] = probabilities(await client.infer("churn", inputs, compression_algorithm="gzip"))


answers = {}
ask(answers)
asyncio.run(ask_aio(answers))
print(json.dumps(answers))
