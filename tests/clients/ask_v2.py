"""Asks a server with the public clients of the Open Inference Protocol, as their documentation has it, and prints what they got.

python ask_v2.py URL COLUMNS KEY    COLUMNS: a JSON file {feature: [value, ...]}
"""

import asyncio
import json
import sys

import numpy as np
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

url, columns_file, operator_key = sys.argv[1:]
host = url.removeprefix("http://")
columns = json.load(open(columns_file))


def as_array(values):
    is_text = isinstance(values[0], str)
    array = np.array(values, dtype=np.object_ if is_text else np.float64).reshape(-1, 1)
    return array, "BYTES" if is_text else "FP64"


def triton_inputs(module, binary):
    inputs = []
    for name, values in columns.items():
        array, datatype = as_array(values)
        tensor = module.InferInput(name, list(array.shape), datatype)
        tensor.set_data_from_numpy(array, binary_data=binary)
        inputs.append(tensor)
    return inputs


def probabilities(result):
    return [float(p) for p in result.as_numpy("probability").reshape(-1)]


def ask_triton(answers):
    client = triton.InferenceServerClient(host)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("churn")
    assert client.get_server_metadata()["extensions"]
    assert len(client.get_model_metadata("churn")["inputs"]) == len(columns)
    assert client.get_model_config("churn")["name"] == "churn"
    assert client.get_model_repository_index(headers={"authorization": f"Bearer {operator_key}"})[0]["state"] == "READY"
    answers["tritonclient"] = probabilities(client.infer("churn", triton_inputs(triton, True)))
    answers["tritonclient, JSON"] = probabilities(
        client.infer(
            "churn",
            triton_inputs(triton, False),
            outputs=[triton.InferRequestedOutput("probability", binary_data=False)],
        )
    )
    for algorithm in ("gzip", "deflate"):
        answers[f"tritonclient, {algorithm}"] = probabilities(
            client.infer(
                "churn",
                triton_inputs(triton, True),
                model_version="1",
                request_compression_algorithm=algorithm,
                response_compression_algorithm=algorithm,
            )
        )
    futures = [client.async_infer("churn", triton_inputs(triton, True)) for _ in range(4)]
    answers["tritonclient, async_infer"] = [probabilities(future.get_result()) for future in futures][-1]
    statistics = client.get_inference_statistics("churn")["model_stats"][0]
    assert statistics["inference_count"] >= len(next(iter(columns.values())))

    echo = {
        "texts": (np.array([["Yes", "größer 😀"]], dtype=np.object_), "BYTES"),
        "wholes": (np.array([[2**63 - 1, -(2**53) - 1]], dtype=np.int64), "INT64"),
        "floats": (np.array([[1, -2.5, np.nan]], dtype=np.float32), "FP32"),
        "flags": (np.array([[True, False, True, True]]), "BOOL"),
    }
    inputs = []
    for name, (array, datatype) in echo.items():
        tensor = triton.InferInput(name, list(array.shape), datatype)
        tensor.set_data_from_numpy(array)
        inputs.append(tensor)
    result = client.infer("echo", inputs)
    for name, (array, _) in echo.items():
        given = result.as_numpy(f"{name}_out")
        if name == "texts":
            given = np.array([[text.decode() for text in given.reshape(-1)]], dtype=np.object_)
        np.testing.assert_array_equal(given, array)

    assert client.get_model_config("twin")["max_batch_size"] == 2
    for count in (2, 3):
        array = np.arange(3 * count, dtype=np.float32).reshape(-1, 3)
        tensor = triton.InferInput("a", list(array.shape), "FP32")
        tensor.set_data_from_numpy(array)
        try:
            result = client.infer("twin", [tensor])
            np.testing.assert_array_equal(result.as_numpy("a_out"), array)
            assert count == 2, "more rows than max_batch_size were answered"
        except triton.InferenceServerException as error:
            assert count == 3 and "has 3 rows" in str(error), error

    try:
        client.infer("chrun", inputs)
        raise AssertionError("an unknown model was answered")
    except triton.InferenceServerException as error:
        assert 'did you mean "churn"' in str(error), error


async def ask_triton_aio(answers):
    async with triton_aio.InferenceServerClient(host) as client:
        assert await client.is_server_ready()
        for name, binary in (("tritonclient.aio", True), ("tritonclient.aio, JSON", False)):
            answers[name] = probabilities(await client.infer("churn", triton_inputs(triton_aio, binary)))


async def ask_kserve(answers):
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(url) and await client.is_server_ready(url)
    assert await client.is_model_ready(url, "churn")
    for binary in (False, True):
        inputs = []
        for name, values in columns.items():
            array, datatype = as_array(values)
            tensor = InferInput(name, list(array.shape), datatype)
            tensor.set_data_from_numpy(array, binary_data=binary)
            inputs.append(tensor)
        response = await client.infer(url, InferRequest("churn", inputs), model_name="churn")
        output = next(output for output in response.outputs if output.name == "probability")
        answers[f"kserve, {'binary' if binary else 'JSON'}"] = [float(p) for p in output.as_numpy().reshape(-1)]


answers = {}
ask_triton(answers)
asyncio.run(ask_triton_aio(answers))
asyncio.run(ask_kserve(answers))
print(json.dumps(answers))
