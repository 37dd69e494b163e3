/** A validated row: one number a feature, in table order: the value, or the index of the category's value (−1: unknown, sets no column). */
export type Row = readonly number[]

/** A row that is the graph's columns already, as many numbers as the packed input is wide. */
export type EncodedRow = Float32Array
