/**
 * Solves `matrix · x = right` for a symmetric positive definite matrix of which the lower triangle (row-major) is read.
 * The triangle is overwritten with its factor, `right` with x. False where the matrix is not positive definite.
 */
export function solveCholesky(matrix: Float64Array, right: Float64Array): boolean {
  const size = right.length
  if (!factorise(matrix, size)) return false
  for (let row = 0; row < size; row++) {
    let sum = right[row] as number
    const start = row * size
    for (let column = 0; column < row; column++) sum -= (matrix[start + column] as number) * (right[column] as number)
    right[row] = sum / (matrix[start + row] as number)
  }
  for (let row = size - 1; row >= 0; row--) {
    const value = (right[row] as number) / (matrix[row * size + row] as number)
    right[row] = value
    for (let column = 0; column < row; column++)
      right[column] = (right[column] as number) - (matrix[row * size + column] as number) * value
  }
  return true
}

function factorise(matrix: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row++) {
    const start = row * size
    for (let column = 0; column <= row; column++) {
      const other = column * size
      let sum = matrix[start + column] as number
      for (let inner = 0; inner < column; inner++)
        sum -= (matrix[start + inner] as number) * (matrix[other + inner] as number)
      if (column < row) matrix[start + column] = sum / (matrix[other + column] as number)
      else if (sum > 0) matrix[start + row] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}
