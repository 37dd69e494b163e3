import { readFile } from 'node:fs/promises'
import { parquetWriteFile } from 'hyparquet-writer'

const NUMBERS = ['tenure', 'MonthlyCharges', 'TotalCharges', 'SeniorCitizen']

/** Writes the rows of a CSV, again and again until there are `count`, in row groups of `groupRows`. Answers its number of columns. */
export async function writeParquet(
  csv: string,
  count: number,
  groupRows: number,
  filename: string,
): Promise<{ readonly columns: number }> {
  const [header = '', ...lines] = (await readFile(csv, 'utf8')).trim().split('\n')
  const cells = lines.map(line => line.split(','))
  const columnData = header.split(',').map((name, column) => {
    const isNumber = NUMBERS.includes(name)
    const once = cells.map(row => (isNumber ? Number(row[column]) : row[column]))
    const data = Array.from({ length: count }, (_, row) => once[row % once.length])
    return { name, data, type: isNumber ? ('DOUBLE' as const) : ('STRING' as const) }
  })
  parquetWriteFile({ filename, columnData, rowGroupSize: groupRows })
  return { columns: columnData.length }
}
