import type { FeatureTable } from '@scaling-mlops/core'
import type { WhatIf } from '../../api/whatif.ts'
import { shownValue, titleOf } from '../../form/field-rules.ts'
import { output } from './output.ts'

/** Single changes to fields somebody could act on that bring the other decision. */
export function FlipCards({
  result,
  table,
  apply,
}: {
  readonly result: WhatIf
  readonly table: FeatureTable
  readonly apply: (feature: string, value: string | number) => void
}) {
  if (result.flips.length === 0)
    return (
      <p className="muted">
        {table.some(({ actionable }) => actionable)
          ? 'No single change to a field that can be acted on brings the other decision.'
          : 'No field of this model is marked as one that can be acted on.'}
      </p>
    )
  return (
    <ul className="flips">
      {result.flips.slice(0, 5).map(({ feature, value, output: next }) => {
        const found = table.find(each => each.name === feature)
        const change = `${found === undefined ? feature : titleOf(found)} → ${shownValue(found, value)}`
        return (
          <li key={`${feature} ${value}`}>
            <span>
              <strong>{change}</strong>{' '}
              <span className="muted">
                {output(result)} → {output({ ...result, output: next })}
              </span>
            </span>
            <button
              type="button"
              className="button"
              aria-label={`Apply ${change}`}
              onClick={() => apply(feature, value)}
            >
              Apply
            </button>
          </li>
        )
      })}
    </ul>
  )
}
