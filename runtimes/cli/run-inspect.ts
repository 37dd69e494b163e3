import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { describeGraph } from '@scaling-mlops/adapters/onnx/graph'
import type { GraphDescription, GraphProblem, GraphValue } from '@scaling-mlops/core/adoption'
import { EXIT } from '../exit.ts'
import { createOutput, type OutputFlags } from './output.ts'

/** Describes an ONNX file; exit code 5 where it cannot be served. */
export async function runInspect(given: string, flags: OutputFlags): Promise<void> {
  const output = createOutput(flags)
  const file = (await stat(given)).isDirectory() ? join(given, 'model.onnx') : given
  const bytes = await readFile(file)
  const graph = describeGraph(bytes)
  const problems = [...graph.problems, ...(await tryToOpen(bytes, graph))]
  output.result(toText(file, graph, problems), { schemaVersion: 1, file, ...graph, problems })
  if (problems.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.model
}

/** What reading alone does not show. */
async function tryToOpen(bytes: Uint8Array, { problems }: GraphDescription): Promise<GraphProblem[]> {
  if (problems.some(({ severity }) => severity === 'error')) return []
  try {
    await (await openOnnxModel(bytes)).close()
    return []
  } catch (error) {
    const cure = 'check it with onnx.checker.check_model, and export it again'
    return [{ severity: 'error', message: (error as Error).message, cure }]
  }
}

function toText(file: string, graph: GraphDescription, problems: readonly GraphProblem[]): string {
  const { bytes, sha256, producer, irVersion, opsets, operators, inputs, outputs, classes, categories } = graph
  const lines = [
    `${file}  ${sizeOf(bytes)}`,
    `  sha256     ${sha256}`,
    `  written by ${producer || 'nobody it tells of'}`,
    `  versions   IR ${irVersion}${Object.entries(opsets)
      .map(([domain, version]) => ` · ${domain} ${version}`)
      .join('')}`,
    `  operators  ${Object.entries(operators)
      .map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
      .join(', ')}`,
    ...inputs.map(
      (value, index) =>
        `  ${index === 0 ? 'inputs ' : '       '}    ${valueText(value)}${categoriesText(value, categories)}`,
    ),
    ...outputs.map((value, index) => `  ${index === 0 ? 'outputs' : '       '}    ${valueText(value)}`),
    ...(classes === undefined ? [] : [`  classes    ${classes.join(', ')}`]),
    ...problems.map(
      ({ severity, message, cure }) =>
        `  ${severity === 'error' ? 'ERROR  ' : 'warning'}    ${message}\n             cure: ${cure}`,
    ),
  ]
  if (problems.length === 0) lines.push('  ok         runs in ONNX Runtime 1.30')
  return lines.join('\n')
}

function valueText({ name, type, shape, isZipMap }: GraphValue): string {
  const shown = isZipMap
    ? 'ZipMap'
    : `${type ?? 'no tensor'} [${shape.map(length => (length === -1 ? 'any' : length)).join(', ')}]`
  return `${name} ${shown}`
}

function categoriesText({ name }: GraphValue, categories: GraphDescription['categories']): string {
  const lists = Object.entries(categories).filter(([key]) => key.slice(0, key.lastIndexOf('/')) === name)
  return lists.map(([, values]) => `: ${values.slice(0, 8).join(', ')}${values.length > 8 ? ', …' : ''}`).join('; ')
}

function sizeOf(bytes: number): string {
  return bytes < 10_240
    ? `${bytes} bytes`
    : bytes < 10_485_760
      ? `${Math.round(bytes / 1024)} KB`
      : `${Math.round(bytes / 1_048_576)} MB`
}
