import type { Feature, FeatureTable } from '@scaling-mlops/core'
import { lazy, Suspense } from 'react'
import { type UseFormReturn, useWatch } from 'react-hook-form'
import type { FormRow } from '../api/models.ts'
import type { Response } from '../api/whatif.ts'
import { groupsOf, problemOf, type Range, shownValue, titleOf, widgetOf } from './field-rules.ts'
import { NumberInput, NumberSlider, Segmented, Select } from './widgets.tsx'

/** Few models have a field of so many values that it needs to be searched. */
const Combobox = lazy(() => import('./combobox.tsx'))

export type FormValues = Record<string, string | number | null>

type Options = {
  readonly form: UseFormReturn<FormValues>
  /** What the form began with: fields that differ are marked and can be undone. */
  readonly start: FormRow
  /** What the training rows reached, by field. */
  readonly rangeOf: (name: string) => Range | undefined
  /** How the answer would move with each field alone. */
  readonly responses: Readonly<Record<string, Response>>
  readonly threshold: number | undefined
  /** An answer in words, for what it would be with another option. */
  readonly show: (output: number) => string
  /** What the server said of a field. */
  readonly issues: Readonly<Record<string, string>>
}

/** A form from a feature table. */
export function SchemaForm({ table, ...options }: Options & { readonly table: FeatureTable }) {
  const groups = groupsOf(table)
  const many = table.length > 24
  return groups.map(({ title, features }, index) =>
    many ? (
      <details key={title} className="group" open={index === 0}>
        <summary>
          {title} ({features.length})
        </summary>
        <Fields features={features} {...options} />
      </details>
    ) : (
      <fieldset key={title} className="group">
        <legend>{title}</legend>
        <Fields features={features} {...options} />
      </fieldset>
    ),
  )
}

function Fields({ features, ...options }: Options & { readonly features: FeatureTable }) {
  return (
    <div className="fields">
      {features.map(feature => (
        <FieldOf key={feature.name} feature={feature} {...options} />
      ))}
    </div>
  )
}

function FieldOf({
  feature,
  form,
  start,
  rangeOf,
  responses,
  threshold,
  show,
  issues,
}: Options & { readonly feature: Feature }) {
  const { name } = feature
  const value = useWatch({ control: form.control, name }) ?? null
  const range = rangeOf(name)
  const widget = widgetOf(feature, range)
  const id = `field-${name}`
  const set = (next: string | number | null) => form.setValue(name, next, { shouldDirty: true })

  const isChanged = String(value ?? '') !== String(start[name] ?? '')
  const isUnknown = feature.missing !== undefined && value === null
  const problem = problemOf(feature, value) ?? issues[name]
  const number = Number(value)
  const isOutside = value !== null && value !== '' && range !== undefined && (number < range[0] || number > range[1])
  const notes = [
    ...(feature.description === undefined ? [] : [`${id}-help`]),
    ...(problem === undefined ? [] : [`${id}-problem`]),
    ...(isOutside ? [`${id}-caution`] : []),
  ].join(' ')
  const shared = {
    id,
    describedBy: notes === '' ? undefined : notes,
    isInvalid: problem !== undefined,
    isDisabled: isUnknown,
    value,
    set,
    response: responses[name],
    threshold,
    show,
  }
  const isGroup = widget === 'segmented' || widget === 'switch'
  return (
    <div className={isChanged ? 'field changed' : 'field'}>
      <div className="field-head">
        {isGroup ? (
          <span className="name" id={`${id}-name`}>
            {titleOf(feature)}
          </span>
        ) : (
          <label className="name" htmlFor={id} id={`${id}-name`}>
            {titleOf(feature)}
            {feature.kind === 'number' && feature.unit !== undefined && (
              <span className="muted"> ({feature.unit})</span>
            )}
          </label>
        )}
        {isChanged && (
          <button
            type="button"
            className="undo"
            aria-label={`Undo ${titleOf(feature)}: back to ${shownValue(feature, start[name])}`}
            onClick={() => set(start[name] ?? null)}
          >
            Undo
          </button>
        )}
      </div>
      {widget === 'slider' && feature.kind === 'number' && range !== undefined && (
        <NumberSlider feature={feature} range={range} {...shared} />
      )}
      {widget === 'number' && feature.kind === 'number' && <NumberInput feature={feature} {...shared} />}
      {widget === 'switch' && (
        <Segmented
          options={[
            { value: '0', label: 'No' },
            { value: '1', label: 'Yes' },
          ]}
          {...shared}
          set={next => set(Number(next))}
        />
      )}
      {feature.kind === 'category' && widget === 'segmented' && <Segmented options={feature.values} {...shared} />}
      {feature.kind === 'category' && widget === 'select' && <Select options={feature.values} {...shared} />}
      {feature.kind === 'category' && widget === 'combobox' && (
        <Suspense fallback={<div className="skeleton" />}>
          <Combobox options={feature.values} {...shared} />
        </Suspense>
      )}
      {feature.description !== undefined && (
        <p className="hidden" id={`${id}-help`}>
          {feature.description}
        </p>
      )}
      {feature.missing !== undefined && (
        <label className="unknown small">
          <input
            type="checkbox"
            checked={isUnknown}
            onChange={event => set(event.target.checked ? null : (start[name] ?? feature.missing?.fill ?? null))}
          />
          <span>
            unknown<span className="hidden"> {titleOf(feature)}</span>
          </span>
        </label>
      )}
      {problem !== undefined && (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
      {problem === undefined && isOutside && (
        <p className="caution" id={`${id}-caution`}>
          Outside what the training rows reached ({range?.join(' to ')}).
        </p>
      )}
    </div>
  )
}
