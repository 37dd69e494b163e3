/** A linear model as its graph computes it: sums of columns times coefficients, one sum an output, through a link. */
export type LinearGraph = {
  readonly link: 'logistic' | 'softmax' | 'identity'
  /** By output, then by column. */
  readonly coefficients: readonly Float64Array[]
  readonly intercepts: readonly number[]
}

/** Reads the coefficients out of a graph; undefined where the graph is anything but a linear model from `input` to `output`. */
export type ReadLinearGraph = (
  graph: Uint8Array,
  tensors: { readonly input: string; readonly output: string },
) => Promise<LinearGraph | undefined>
