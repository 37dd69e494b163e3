import { useState } from 'react'

const CHOICES = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const
type Choice = (typeof CHOICES)[number][0]

const KEY = 'theme'

/** Puts the stored choice on the document; called once before the first paint. */
export function applyTheme(choice = localStorage.getItem(KEY) ?? 'system'): void {
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
}

export function ThemeSwitch({ name }: { readonly name: string }) {
  const [choice, choose] = useState<Choice>((localStorage.getItem(KEY) as Choice | null) ?? 'system')
  return (
    <fieldset className="theme">
      <legend className="hidden">Colours</legend>
      {CHOICES.map(([value, title]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            checked={choice === value}
            onChange={() => {
              localStorage.setItem(KEY, value)
              applyTheme(value)
              choose(value)
            }}
          />
          {title}
        </label>
      ))}
    </fieldset>
  )
}
