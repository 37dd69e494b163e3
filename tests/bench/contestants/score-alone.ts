// Runs the graph in a folder's first model for so many seconds, one row after another, and prints how many: node score-alone.ts GRAPH SECONDS
import { readFile } from 'node:fs/promises'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'

const [graph = '', seconds = '1'] = process.argv.slice(2)
const model = await openOnnxModel(await readFile(graph))
const until = performance.now() + Number(seconds) * 1000
let runs = 0
while (performance.now() < until) {
  await model.run({ X: { type: 'float32', shape: [1, 1], data: Float32Array.of(0.5) } }, ['y'])
  runs++
}
console.log(runs)
