import { Slider } from '@base-ui/react/slider'
import type { CategoryValue, NumberFeature } from '@scaling-mlops/core'
import type { Response } from '../api/whatif.ts'
import { ResponseSparkline } from '../charts/sparkline.tsx'
import { type Range, stepOf } from './field-rules.ts'

export type Shared = {
  readonly id: string
  readonly describedBy: string | undefined
  readonly isInvalid: boolean
  readonly isDisabled: boolean
  readonly value: string | number | null
  readonly set: (value: string | number | null) => void
  readonly response: Response | undefined
  readonly threshold: number | undefined
  readonly show: (output: number) => string
}

/** A slider over what the training rows reached, and a field beside it that takes any number. */
export function NumberSlider({
  feature,
  range,
  ...shared
}: Shared & { readonly feature: NumberFeature; readonly range: Range }) {
  const { id, isDisabled, value, set, response, threshold } = shared
  const number = value === null || value === '' ? Number.NaN : Number(value)
  return (
    <>
      <div className="number-pair">
        <Slider.Root
          className="slider"
          min={range[0]}
          max={range[1]}
          step={stepOf(feature, range)}
          disabled={isDisabled}
          value={Number.isFinite(number) ? Math.min(range[1], Math.max(range[0], number)) : range[0]}
          onValueChange={next => set(Number(Number(next).toPrecision(12)))}
        >
          <Slider.Control className="slider-control">
            <Slider.Track className="slider-track">
              <Slider.Indicator className="slider-fill" />
              <Slider.Thumb className="slider-thumb" aria-label={`${feature.title ?? feature.name}, slider`} />
            </Slider.Track>
          </Slider.Control>
        </Slider.Root>
        <NumberInput feature={feature} {...shared} />
      </div>
      {response?.kind === 'curve' && (
        <ResponseSparkline
          id={id}
          points={response.points}
          value={number}
          threshold={threshold}
          title={feature.title ?? feature.name}
        />
      )}
    </>
  )
}

export function NumberInput({
  feature,
  id,
  describedBy,
  isInvalid,
  isDisabled,
  value,
  set,
}: Shared & { readonly feature: NumberFeature }) {
  return (
    <input
      id={id}
      className="input"
      type="number"
      inputMode={feature.integer ? 'numeric' : 'decimal'}
      step="any"
      min={feature.minimum}
      max={feature.maximum}
      disabled={isDisabled}
      aria-invalid={isInvalid}
      aria-describedby={describedBy}
      value={value ?? ''}
      onChange={event => set(event.target.value === '' ? '' : event.target.valueAsNumber)}
    />
  )
}

export type Choice = Shared & { readonly options: readonly CategoryValue[] }

export function Segmented({ id, describedBy, isDisabled, value, set, options, response, show }: Choice) {
  return (
    <div className="segmented" role="radiogroup" aria-labelledby={`${id}-name`} aria-describedby={describedBy}>
      {options.map(option => (
        <label key={option.value} title={titleWith(option, response, show)}>
          <input
            id={option === options[0] ? id : undefined}
            type="radio"
            name={id}
            disabled={isDisabled}
            checked={String(value) === option.value}
            onChange={() => set(option.value)}
          />
          {option.label ?? option.value}
        </label>
      ))}
    </div>
  )
}

export function Select({ id, describedBy, isInvalid, isDisabled, value, set, options, response, show }: Choice) {
  return (
    <select
      id={id}
      className="input"
      disabled={isDisabled}
      aria-invalid={isInvalid}
      aria-describedby={describedBy}
      value={String(value ?? '')}
      onChange={event => set(event.target.value)}
    >
      {!options.some(option => option.value === value) && <option value={String(value ?? '')}>Choose…</option>}
      {options.map(option => (
        <option key={option.value} value={option.value}>
          {titleWith(option, response, show)}
        </option>
      ))}
    </select>
  )
}

/** "Two year · 14 %": what the answer would be with this option. */
function titleWith(option: CategoryValue, response: Response | undefined, show: Shared['show']): string {
  const title = option.label ?? option.value
  const found = response?.kind === 'options' ? response.options.find(({ value }) => value === option.value) : undefined
  return found === undefined ? title : `${title} · ${show(found.output)}`
}
