import type { Costs } from '@scaling-mlops/core/evaluation'

const KINDS = [
  ['fp', 'False alarm costs'],
  ['fn', 'Missed row costs'],
  ['tp', 'Found row costs'],
  ['tn', 'Left alone costs'],
] as const

/** What each kind of decision costs, in any one currency. */
export function CostInputs({ costs, set }: { readonly costs: Costs; readonly set: (costs: Costs) => void }) {
  return (
    <fieldset>
      <legend className="small muted">Costs a row, in any one currency; a gain is negative</legend>
      <div className="costs">
        {KINDS.map(([kind, title]) => (
          <label key={kind}>
            {title}
            <input
              className="input"
              type="number"
              step="any"
              value={costs[kind] ?? 0}
              onChange={event =>
                set({ ...costs, [kind]: Number.isFinite(event.target.valueAsNumber) ? event.target.valueAsNumber : 0 })
              }
            />
          </label>
        ))}
      </div>
    </fieldset>
  )
}
