import type { GraphDescription, GraphProblem, GraphValue } from '@scaling-mlops/core/adoption'

/** What ONNX Runtime 1.30 runs. */
const NEWEST_IR = 13
const NEWEST_OPSETS: Readonly<Record<string, number>> = { 'ai.onnx': 26, 'ai.onnx.ml': 5 }
/** Domains that ONNX Runtime has operators of its own for. */
const KNOWN_DOMAINS = new Set([
  ...Object.keys(NEWEST_OPSETS),
  'ai.onnx.training',
  'ai.onnx.preview.training',
  'com.microsoft',
])

/** What keeps a graph from being served, or changes on the way, and what to do about it. */
export function findProblems(graph: Omit<GraphDescription, 'problems'>): GraphProblem[] {
  const problems: GraphProblem[] = []
  const error = (message: string, cure: string): void => void problems.push({ severity: 'error', message, cure })
  const warn = (message: string, cure: string): void => void problems.push({ severity: 'warning', message, cure })

  if (graph.irVersion > NEWEST_IR)
    error(
      `IR version ${graph.irVersion} is newer than ${NEWEST_IR}, the newest that ONNX Runtime 1.30 reads`,
      `export with an older onnx package, or set model.ir_version = ${NEWEST_IR} before saving`,
    )
  for (const [domain, version] of Object.entries(graph.opsets)) {
    const newest = NEWEST_OPSETS[domain]
    if (newest !== undefined && version > newest)
      error(
        `opset ${domain} ${version} is newer than ${newest}, the newest that ONNX Runtime 1.30 runs`,
        `export with target_opset={"${domain === 'ai.onnx' ? '' : domain}": ${newest}}`,
      )
    else if (!KNOWN_DOMAINS.has(domain))
      error(
        `operators of "${domain}" come with a library of their own, which the server does not load`,
        'export without custom operators',
      )
  }
  for (const { name } of graph.outputs.filter(({ isZipMap }) => isZipMap))
    warn(
      `output "${name}" is made by a ZipMap, a list of maps that cannot be read in Node`,
      'nothing: it is stripped when the model is opened, and the output is the matrix of probabilities; or export with options={"zipmap": False}',
    )
  for (const value of [...graph.inputs, ...graph.outputs])
    if (value.type === undefined && !value.isZipMap)
      error(
        `"${value.name}" is a sequence, a map or of a type that Node cannot hold`,
        'export tensors: columns in place of dictionaries, probabilities in place of lists',
      )
  for (const input of graph.inputs.filter(hasFixedRows))
    error(
      `input "${input.name}" takes exactly ${input.shape[0]} row${input.shape[0] === 1 ? '' : 's'}, so that rows cannot be scored together`,
      `export with a dynamic first dimension, as torch.onnx.export(…, dynamic_axes={"${input.name}": {0: "rows"}})`,
    )
  return problems
}

function hasFixedRows({ shape }: GraphValue): boolean {
  return shape.length > 0 && (shape[0] as number) > 0
}
