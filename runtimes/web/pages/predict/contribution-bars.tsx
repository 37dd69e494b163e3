import type { FeatureTable } from '@scaling-mlops/core'
import { useState } from 'react'
import type { WhatIf } from '../../api/whatif.ts'
import { shownValue, titleOf } from '../../form/field-rules.ts'
import { output } from './output.ts'

const SHOWN = 8

/** What raises and what lowers this result, largest first; a bar leads to its field. */
export function ContributionBars({ result, table }: { readonly result: WhatIf; readonly table: FeatureTable }) {
  const [all, setAll] = useState(false)
  const sorted = result.contributions.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
  if (sorted.length === 0) return <p className="muted">The explanation is unavailable; the result above stands.</p>
  const most = Math.max(...sorted.map(({ amount }) => Math.abs(amount)), 1e-12)
  const shown = all ? sorted : sorted.slice(0, SHOWN)
  return (
    <>
      <ul className="bars">
        {result.base !== undefined && <Ends title="Average" value={output({ ...result, output: result.base })} />}
        {shown.map(({ feature, amount }) => {
          const found = table.find(each => each.name === feature)
          const isUp = amount > 0
          const width = (Math.abs(amount) / most) * 50
          return (
            <li key={feature}>
              <button type="button" onClick={() => document.getElementById(`field-${feature}`)?.focus()}>
                <span>
                  {found === undefined ? feature : titleOf(found)} = {shownValue(found, result.row[feature])}
                </span>
                <svg aria-hidden="true">
                  <rect
                    className={isUp ? 'bar s2' : 'bar s3'}
                    x={`${isUp ? 50 : 50 - width}%`}
                    y="2"
                    width={`${width}%`}
                    height="12"
                    rx="2"
                  />
                  <line className="axis" x1="50%" x2="50%" y1="0" y2="16" />
                </svg>
                <span className={isUp ? 'amount up' : 'amount down'}>
                  <span className="hidden">{isUp ? 'raises by' : 'lowers by'} </span>
                  {isUp ? '+' : ''}
                  {hundredths(amount)}
                </span>
              </button>
            </li>
          )
        })}
        <Ends title="This row" value={output(result)} />
      </ul>
      {sorted.length > SHOWN && (
        <button type="button" className="button plain" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Only the largest' : `${sorted.length - SHOWN} more`}
        </button>
      )}
      <p className="small muted">
        {result.task === 'regression'
          ? 'Amounts add up to the difference from the average.'
          : 'Amounts are in log-odds and add up to the difference from the average.'}
      </p>
    </>
  )
}

function Ends({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <li className="ends">
      <span>{title}</span>
      <span />
      <span className="amount">{value}</span>
    </li>
  )
}

function hundredths(amount: number): string {
  return amount.toFixed(2).replace(/^-(0\.00$)?/, (_, zero) => zero ?? '−')
}
