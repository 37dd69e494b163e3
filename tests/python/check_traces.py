"""Reads what was posted as OTLP/JSON into OpenTelemetry's own messages, which refuses unknown fields and wrong types, and prints what they hold."""

import base64
import json
import pathlib
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

IDS = ("traceId", "spanId", "parentSpanId")


def in_base64(value):
    """OTLP writes ids in hexadecimal, which is its one difference from protobuf's JSON mapping."""
    if isinstance(value, list):
        return [in_base64(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(each)).decode() if key in IDS else in_base64(each)
        for key, each in value.items()
    }


def value_of(value):
    kind = value.WhichOneof("value")
    content = getattr(value, kind)
    return [value_of(each) for each in content.values] if kind == "array_value" else content


def attributes_of(message):
    return {each.key: value_of(each.value) for each in message.attributes}


request = json_format.ParseDict(in_base64(json.loads(pathlib.Path(sys.argv[1]).read_text())), ExportTraceServiceRequest())
spans = [
    {
        "traceId": span.trace_id.hex(),
        "isChild": span.parent_span_id != b"",
        "kind": Span.SpanKind.Name(span.kind),
        "name": span.name,
        "status": Status.StatusCode.Name(span.status.code),
        "milliseconds": span.start_time_unix_nano // 1_000_000,
        "isForward": span.end_time_unix_nano >= span.start_time_unix_nano,
        "attributes": attributes_of(span),
    }
    for resource in request.resource_spans
    for scope in resource.scope_spans
    for span in scope.spans
]
print(json.dumps({"resource": attributes_of(request.resource_spans[0].resource), "spans": spans}))
