import type { Tree, TreesModel } from '@scaling-mlops/core/training'
import { bytes, DOUBLE, FLOAT, integer, integers, node, numbers, tensor, toOnnx } from './graph-messages.ts'
import { type GraphOptions, steps } from './graph-steps.ts'

const ML = 'ai.onnx.ml'

/**
 * Trees as TreeEnsemble, Add (their base, for which the operator has no room) and the link: `input` float32 [rows, width] → `output` float32 [rows, outputs].
 * TreeEnsemble and not the older TreeEnsembleClassifier: three of that one's four plausible encodings load and answer wrongly.
 */
export function writeTrees({ link, base, trees }: TreesModel, width: number, options: GraphOptions): Uint8Array {
  const { input, output, metadata, precision } = options
  const type = precision === 'float64' ? DOUBLE : FLOAT
  const flat = flatten(trees)
  const ensemble = (from: string, to: string) =>
    node(
      'TreeEnsemble',
      [from],
      [to],
      [
        integer('n_targets', base.length),
        integer('aggregate_function', 1),
        integer('post_transform', 0),
        integers('tree_roots', flat.roots),
        integers('nodes_featureids', flat.columns),
        tensor(
          'nodes_modes',
          bytes(
            'nodes_modes',
            flat.columns.map(() => 0),
          ),
        ),
        tensor('nodes_splits', numbers('nodes_splits', [flat.thresholds.length], flat.thresholds, type)),
        integers('nodes_truenodeids', flat.left.ids),
        integers('nodes_trueleafs', flat.left.areLeaves),
        integers('nodes_falsenodeids', flat.right.ids),
        integers('nodes_falseleafs', flat.right.areLeaves),
        integers('leaf_targetids', flat.targets),
        tensor('leaf_weights', numbers('leaf_weights', [flat.leaves.length], flat.leaves, type)),
      ],
      ML,
    )
  return toOnnx({
    nodes: steps(options, link, [ensemble, (from, to) => node('Add', [from, 'base'], [to])]),
    initializers: [numbers('base', [base.length], base, type)],
    input: { name: input, width },
    output: { name: output, width: base.length },
    irVersion: 10,
    opsets: { '': 21, [ML]: 5 },
    metadata: { ...metadata, node_rows: flat.nodeRows.join(' '), leaf_rows: flat.leafRows.join(' ') },
  })
}

/** All trees in one list of nodes and one of leaves, numbered through. A tree of one leaf becomes a node with that leaf on both sides. */
function flatten(trees: readonly Tree[]) {
  const flat = {
    roots: [] as number[],
    columns: [] as number[],
    thresholds: [] as number[],
    left: { ids: [] as number[], areLeaves: [] as number[] },
    right: { ids: [] as number[], areLeaves: [] as number[] },
    leaves: [] as number[],
    targets: [] as number[],
    nodeRows: [] as number[],
    leafRows: [] as number[],
  }
  for (const tree of trees) {
    const { columns, thresholds, left, right, nodeRows } = tree.columns.length > 0 ? tree : oneLeaf(tree)
    const firstNode = flat.columns.length
    const firstLeaf = flat.leaves.length
    flat.roots.push(firstNode)
    flat.columns.push(...columns)
    flat.thresholds.push(...thresholds)
    flat.nodeRows.push(...nodeRows)
    flat.leaves.push(...tree.leaves)
    flat.leafRows.push(...tree.leafRows)
    flat.targets.push(...tree.leaves.map(() => tree.output))
    for (const [side, children] of [
      [flat.left, left],
      [flat.right, right],
    ] as const)
      for (const child of children) {
        side.ids.push(child < 0 ? firstLeaf - 1 - child : firstNode + child)
        side.areLeaves.push(child < 0 ? 1 : 0)
      }
  }
  return flat
}

function oneLeaf({ leafRows }: Tree): Pick<Tree, 'columns' | 'thresholds' | 'left' | 'right' | 'nodeRows'> {
  return { columns: [0], thresholds: [0], left: [-1], right: [-1], nodeRows: leafRows }
}
