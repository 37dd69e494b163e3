export { type OnnxOptions, openOnnxModel } from './onnx-model.ts'
