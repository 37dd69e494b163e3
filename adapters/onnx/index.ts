export { type OnnxOptions, openOnnxModel } from './onnx-model.ts'
export { writeGraph } from './write-graph.ts'
