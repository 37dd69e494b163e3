import type { Manifest } from '@scaling-mlops/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { type UseFormReturn, useForm, useWatch } from 'react-hook-form'
import type { Example, FormRow } from '../../api/models.ts'
import { firstRow, problemOf, type Range, toRow } from '../../form/field-rules.ts'
import type { FormValues } from '../../form/schema-form.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { parseRow } from './paste-dialog.tsx'

/** Keystrokes are gathered this long before the server is asked. */
const DEBOUNCE_MS = 30

export type RowState = {
  readonly form: UseFormReturn<FormValues>
  readonly start: FormRow
  /** The row to ask about; undefined while a field has a problem. */
  readonly row: FormRow | undefined
  /** What the form says now. */
  readonly current: FormRow
  readonly load: (row: FormRow) => void
}

/** The row of the form: an example above the middle, where changes decide most, with what the address says in its place, else the middle of everything. */
export function useRow(
  manifest: Manifest,
  examples: readonly Example[],
  rangeOf: (name: string) => Range | undefined,
): RowState {
  const { features } = manifest
  const [inUrl] = useUrlState('row')
  const [start, setStart] = useState<FormRow>(() => {
    const usual = examples[Math.floor((examples.length * 3) / 4)]?.row ?? firstRow(features, rangeOf)
    return fit(features, { ...usual, ...readUrl(inUrl) })
  })
  const form = useForm<FormValues>({ defaultValues: { ...start } })
  const values = useWatch({ control: form.control })
  const current = useMemo(() => toRow(features, values as FormRow), [features, values])
  const isFit = features.every(feature => problemOf(feature, (values as FormRow)[feature.name]) === undefined)
  const row = useDebounced(isFit ? current : undefined)
  const load = (next: FormRow) => {
    const fitting = fit(features, { ...start, ...next })
    setStart(fitting)
    form.reset({ ...fitting })
  }
  return { form, start, row, current, load }
}

function fit(features: Manifest['features'], row: FormRow): FormRow {
  return toRow(features, row)
}

function readUrl(text: string | null): FormRow | undefined {
  if (text === null) return undefined
  try {
    return parseRow(text)
  } catch {
    return undefined
  }
}

function useDebounced<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  const last = useRef(text)
  useEffect(() => {
    if (last.current === text) return
    const timer = setTimeout(() => {
      last.current = text
      setSettled(value)
    }, DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [text, value])
  return settled
}
