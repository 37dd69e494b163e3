export { type OnnxOptions, openOnnxModel } from './onnx-model.ts'
export { openServingModel } from './serving-model.ts'
export { openThreadedModel } from './threaded-model.ts'
export { writeGraph } from './write-graph.ts'
