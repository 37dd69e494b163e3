/** Mutual information of two categories from their table of counts, in nats: scikit-learn's `mutual_info_score`. */
export function mutualInformation(counts: readonly (readonly number[])[]): number {
  const rowSums = counts.map(row => row.reduce((sum, count) => sum + count, 0))
  const columnSums = (counts[0] ?? []).map((_, column) => counts.reduce((sum, row) => sum + (row[column] as number), 0))
  const total = rowSums.reduce((sum, count) => sum + count, 0)
  let information = 0
  counts.forEach((row, at) => {
    row.forEach((count, column) => {
      if (count === 0) return
      const expected = ((rowSums[at] as number) * (columnSums[column] as number)) / total
      information += (count / total) * Math.log(count / expected)
    })
  })
  return Math.max(0, information)
}

/** What there is to know about a category, in nats; no feature can have more mutual information with it. */
export function entropy(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)), 0)
}

/** Pearson's correlation; NaN where one of the two is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [meanA, meanB, spreadA, spreadB, both] = [0, 0, 0, 0, 0]
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index] as number, b[index] as number]
    const [stepA, stepB] = [x - meanA, y - meanB]
    meanA += stepA / (index + 1)
    meanB += stepB / (index + 1)
    spreadA += stepA * (x - meanA)
    spreadB += stepB * (y - meanB)
    both += stepA * (y - meanB)
  }
  return spreadA > 0 && spreadB > 0 ? both / Math.sqrt(spreadA * spreadB) : Number.NaN
}
