import type { FeatureTable } from '@scaling-mlops/core'
import { useState } from 'react'
import type { WhatIf } from '../../api/whatif.ts'
import { shownValue, titleOf } from '../../form/field-rules.ts'
import { Choices } from '../../parts/choices.tsx'
import { sentence } from '../../parts/states.tsx'
import { amountText, type Scale, stepsOf } from './contributions.ts'
import { output } from './output.ts'

const SHOWN = 8

/** What raises and what lowers this result, largest first; a bar leads to its field. */
export function ContributionBars({ result, table }: { readonly result: WhatIf; readonly table: FeatureTable }) {
  const [all, setAll] = useState(false)
  const [scale, setScale] = useState<Scale>('log-odds')
  const [shape, setShape] = useState<'bars' | 'waterfall'>('bars')
  if (result.contributions.length === 0)
    return (
      <>
        <h2>Why</h2>
        <p className="muted">
          The explanation is unavailable; the result stands.{' '}
          {result.unexplained !== undefined && sentence(result.unexplained)}
        </p>
      </>
    )
  const isShare = result.task !== 'regression'
  const steps = stepsOf(result, { most: all ? Number.POSITIVE_INFINITY : SHOWN, scale: isShare ? scale : 'value' })
  const isWaterfall = shape === 'waterfall'
  const ends = isWaterfall ? steps.flatMap(({ from, to }) => [from, to]) : steps.map(({ amount }) => Math.abs(amount))
  const most = Math.max(...ends, 1e-12)
  const [low, high] = isWaterfall ? [Math.min(0, ...ends), Math.max(0, ...ends, 1e-12)] : [-most, most]
  const place = (value: number) => ((value - low) / (high - low)) * 100
  return (
    <>
      <div className="head">
        <h2>Why</h2>
        <div className="row">
          <Choices
            name="Shape"
            value={shape}
            set={setShape}
            choices={[
              ['bars', 'Bars'],
              ['waterfall', 'Waterfall'],
            ]}
          />
          {isShare && result.base !== undefined && (
            <Choices
              name="Scale"
              value={scale}
              set={setScale}
              choices={[
                ['log-odds', 'Log-odds'],
                ['points', 'Points'],
              ]}
            />
          )}
        </div>
      </div>
      <ul className="bars">
        {result.base !== undefined && <Ends title="Average row" value={output({ ...result, output: result.base })} />}
        {steps.map(({ feature, amount, from, to, others }) => {
          const found = table.find(each => each.name === feature)
          const isUp = amount > 0
          const [left, right] = isWaterfall
            ? [Math.min(from, to), Math.max(from, to)]
            : [Math.min(0, amount), Math.max(0, amount)]
          const zero = place(isWaterfall ? from : 0)
          const content = (
            <>
              <span>
                {feature === undefined
                  ? `${others} others`
                  : `${found === undefined ? feature : titleOf(found)} = ${shownValue(found, result.row[feature])}`}
              </span>
              <svg aria-hidden="true">
                <rect
                  className={isUp ? 'bar s2' : 'bar s3'}
                  x={`${place(left)}%`}
                  y="2"
                  width={`${place(right) - place(left)}%`}
                  height="12"
                  rx="2"
                />
                <line className="axis" x1={`${zero}%`} x2={`${zero}%`} y1="0" y2="16" />
              </svg>
              <span className={isUp ? 'amount up' : 'amount down'}>
                <span className="hidden">{isUp ? 'raises by' : 'lowers by'} </span>
                {amountText(amount, isShare ? scale : 'value')}
              </span>
            </>
          )
          return (
            <li key={feature ?? 'others'}>
              {feature === undefined ? (
                <div className="ends">{content}</div>
              ) : (
                <button type="button" onClick={() => document.getElementById(`field-${feature}`)?.focus()}>
                  {content}
                </button>
              )}
            </li>
          )
        })}
        <Ends title="This row" value={output(result)} />
      </ul>
      {result.contributions.length > SHOWN && (
        <button type="button" className="button plain" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Only the largest' : `Show all ${result.contributions.length}`}
        </button>
      )}
      <p className="small muted">{NOTES[isShare ? scale : 'value']}</p>
    </>
  )
}

const NOTES: Readonly<Record<Scale, string>> = {
  'log-odds': 'Amounts are in log-odds and add up to the difference from the average.',
  points: 'Percentage points: the difference from the average, shared out in proportion to the log-odds.',
  value: 'Amounts add up to the difference from the average.',
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
