import { percentExact } from '@scaling-mlops/adapters/report/format'
import type { WhatIf } from '../../api/whatif.ts'

const SHOWN = 8

/** The probability of each class, most probable first. */
export function ClassBars({ classes }: { readonly classes: NonNullable<WhatIf['classes']> }) {
  const sorted = classes.toSorted((a, b) => b.probability - a.probability)
  return (
    <>
      <ul className="bars">
        {sorted.slice(0, SHOWN).map(({ name, probability }) => (
          <li key={name} className="ends">
            <span>{name}</span>
            <svg aria-hidden="true">
              <rect className="bar s1" x="0" y="2" width={`${probability * 100}%`} height="12" rx="2" />
            </svg>
            <span className="amount">{percentExact(probability)}</span>
          </li>
        ))}
      </ul>
      {sorted.length > SHOWN && (
        <p className="small muted">
          The {SHOWN} most probable of {sorted.length} classes.
        </p>
      )}
    </>
  )
}
