/** A graph that is ready to run. Its promise: one output row per input row, in order, the same for a row whatever its neighbours are. */
export type Model = {
  readonly inputs: readonly TensorDescription[]
  readonly outputs: readonly TensorDescription[]
  /** Runs that proceed at the same time: 1 where the graph runs on the caller's own thread. */
  readonly concurrency: number
  /** Runs the graph once over named inputs for the named outputs. Several runs may be in flight and settle in any order. Buffers handed in may be reused once it settles. */
  run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Run>
  /** Frees the graph after the runs in flight have settled; a later run is refused. */
  close(): Promise<void>
}

export type Run = {
  readonly outputs: Readonly<Record<string, Tensor>>
  /** How long the graph itself took, waiting left out. */
  readonly milliseconds: number
}

export type TensorDescription = {
  readonly name: string
  readonly type: TensorType
  /** −1 where any length goes, the batch above all. */
  readonly shape: readonly number[]
}

/** Element types as ONNX Runtime names them. */
export type TensorType =
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'string'

/** Row-major data; 64-bit integers as BigInt arrays, bool as bytes 0 and 1, float16 as its bits. */
export type Tensor = { readonly type: TensorType; readonly shape: readonly number[]; readonly data: TensorData }

export type TensorData =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | readonly string[]
