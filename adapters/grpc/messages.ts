/** Messages as the decoder gives them: every field present, whole numbers of 64 bits as texts, 'oneof' by its field's name. */
export type Parameters = Readonly<
  Record<string, { readonly parameter_choice?: string; readonly [field: string]: unknown }>
>

export type Contents = Readonly<Record<ContentsField, readonly unknown[]>>

export type ContentsField =
  | 'bool_contents'
  | 'int_contents'
  | 'int64_contents'
  | 'uint_contents'
  | 'uint64_contents'
  | 'fp32_contents'
  | 'fp64_contents'
  | 'bytes_contents'

export type InferRequestMessage = {
  readonly model_name: string
  readonly model_version: string
  readonly id: string
  readonly parameters: Parameters
  readonly inputs: readonly {
    readonly name: string
    readonly datatype: string
    readonly shape: readonly string[]
    readonly contents?: Contents | null
  }[]
  readonly outputs: readonly { readonly name: string }[]
  readonly raw_input_contents: readonly Uint8Array[]
}

/** A model's name, and its version where one is meant. */
export type ModelMessage = { readonly name: string; readonly version: string }

export type IndexMessage = { readonly ready: boolean }

/** The model that is to be loaded or unloaded. */
export type ChangeMessage = { readonly model_name: string; readonly parameters: Parameters }
