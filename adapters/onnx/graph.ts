// what reads and writes graphs, which brings ONNX's schema along; models are run without it
export { describeGraph } from './describe-graph.ts'
export { FLOAT, type Graph, type Node, node, numbers, toOnnx } from './graph-messages.ts'
export { stripZipMaps } from './strip-zip-maps.ts'
export { writeGraph } from './write-graph.ts'
