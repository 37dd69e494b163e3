import { useId } from 'react'

/** A few ways to look at the same thing, one of them chosen. */
export function Choices<Value extends string>({
  name,
  value,
  set,
  choices,
}: {
  readonly name: string
  readonly value: Value
  readonly set: (value: Value) => void
  readonly choices: readonly (readonly [value: Value, title: string])[]
}) {
  const id = useId()
  return (
    <fieldset className="choices">
      <legend className="hidden">{name}</legend>
      {choices.map(([each, title]) => (
        <label key={each}>
          <input type="radio" name={id} checked={value === each} onChange={() => set(each)} />
          {title}
        </label>
      ))}
    </fieldset>
  )
}
